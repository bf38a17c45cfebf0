// Mutation testing of the law catalogue: see eng/mutate.
open System
open System.Diagnostics
open System.IO
open System.Text.Json
open System.Text.RegularExpressions

let arguments = fsi.CommandLineArgs |> Array.skip 1 |> Array.chunkBySize 2

let option name fallback =
    arguments |> Array.tryPick (fun a -> if a[0] = name then Some a[1] else None) |> Option.defaultValue fallback

let seed = int (option "--seed" "1")
let perFile = int (option "--per-file" "2")
let work = option "--work" (Path.Combine(Path.GetTempPath(), "mutate"))
let only = option "--only" ""
let root = Directory.GetCurrentDirectory()
let tree = Path.Combine(work, "tree")
let program = Path.Combine(work, "program")
let core = "src/Vi.Math.FSharp"

/// The files that are broken, and what to ask first; a mutant that these laws let live meets the whole catalogue.
let files =
    [ "Distributions/Normal.fs", [ "normal" ]
      "Distributions/MvNormal.fs", [ "mv-normal" ]
      "Distributions/Gamma.fs", [ "gamma" ]
      "Distributions/InverseGamma.fs", [ "inverse-gamma" ]
      "Distributions/Beta.fs", [ "beta" ]
      "Distributions/Dirichlet.fs", [ "dirichlet" ]
      "Distributions/Categorical.fs", [ "categorical" ]
      "Distributions/Wishart.fs", [ "wishart" ]
      "Distributions/NormalGamma.fs", [ "normal-gamma" ]
      "Distributions/NormalWishart.fs", [ "normal-wishart" ]
      "Distributions/TiedNormalWishart.fs", [ "tied-normal-wishart" ]
      "Distributions/Divergence.fs", [ "divergence" ]
      "Distributions/StickBreaking.fs", [ "stick-breaking" ]
      "Distributions/StudentT.fs", [ "student-t" ]
      "Distributions/MvStudentT.fs", [ "mv-student-t" ]
      "Distributions/NormalScaleMixture.fs", [ "normal-scale-mixture" ]
      "Distributions/NormalMixture.fs", [ "normal-mixture" ]
      "Distributions/NormalApproximation.fs", [ "normal-approximation" ]
      "Distributions/PolyaGamma.fs", [ "logistic-regression" ]
      "Conjugate/Moments.fs", [ "moments"; "linear-regression" ]
      "Conjugate/DiagonalMoments.fs", [ "diagonal" ]
      "Conjugate/LinearResponse.fs", [ "linear-response" ]
      "Conjugate/NormalApproximationEngine.fs", [ "normal-approximation" ]
      "Conjugate/Cavi.fs", [ "cavi on" ]
      "Conjugate/Blend.fs", [ "svi" ]
      "Conjugate/LearningRate.fs", [ "svi" ]
      "Conjugate/StochasticModel.fs", [ "svi" ]
      "Conjugate/Svi.fs", [ "svi" ]
      "Conjugate/Streaming.fs", [ "streaming" ]
      "Conjugate/Models/GaussianMean.fs", [ "gaussian-mean" ]
      "Conjugate/Models/GaussianMeanPrecision.fs", [ "gaussian-mean-precision" ]
      "Conjugate/Models/LinearRegression.fs", [ "linear-regression" ]
      "Conjugate/Models/Mixture.fs", [ "gaussian-mixture" ]
      "Conjugate/Models/FullComponents.fs", [ "gaussian-mixture" ]
      "Conjugate/Models/TiedComponents.fs", [ "gaussian-mixture" ]
      "Conjugate/Models/DiagonalComponents.fs", [ "gaussian-mixture" ]
      "Conjugate/Models/WeightFamilies.fs", [ "gaussian-mixture" ]
      "Conjugate/Models/RegimeStart.fs", [ "regime-switching" ]
      "Conjugate/Models/RegimeSwitching.fs", [ "regime-switching" ]
      "Conjugate/Models/LogisticRegression.fs", [ "logistic-regression" ]
      "Conjugate/Models/FactorStatistics.fs", [ "factor-model" ]
      "Conjugate/Models/FactorModel.fs", [ "factor-model" ]
      "Conjugate/Models/FactorBound.fs", [ "factor-model" ]
      "Conjugate/Models/FactorDivergence.fs", [ "factor-model" ]
      "Conjugate/Models/FactorLoadings.fs", [ "factor-model" ]
      "Conjugate/Models/FactorData.fs", [ "factor-model" ]
      "Conjugate/Models/Responses.fs", [ "linear-response" ] ]

type Mutant =
    { File: string
      /// From 0.
      At: int
      Kind: string
      Before: string
      /// The line as the mutant has it.
      After: string
      /// The line with a switch in it: with its number as argument it is the mutant's, else the right one.
      Switched: int -> string }

// --- breaking a line ---------------------------------------------------------------------------------------------------

let invariant = Globalization.CultureInfo.InvariantCulture
let operand = @"[a-zA-Z]\w*(?:\.\w+)*(?:\[\w+\])?"
let either number broken right = $"(if Vi.Math.FSharp.Mutation.isActive {number} then {broken} else {right})"
let doubled (text: string) =
    let changed = float text * 2.0
    let text = (if changed = 0.0 then 1.0 else changed).ToString("R", invariant)
    if text.Contains '.' then text else text + ".0"

let previous (name: string) = $"max 0 ({name} - 1)"
let group (m: Match) (n: int) = m.Groups[n].Value
let plain pattern = Regex pattern
let swapped = plain (@"(?<![\w\.])((?:[A-Z]\w*\.)?[a-z]\w+) (" + operand + ") (" + operand + @")(?![\w\.\[\(])")
let quotient = plain (@"(?<![\w\.\)\*/] )(?<![\w\.])(" + operand + ") / (" + operand + @")(?![\w\.\[\(])")
let term = plain (@"(?<= [\+-] )(" + operand + @")(?![\w\.\[\(]| [\*/]| [\w\(])")

/// Each way of breaking: its name, what it looks for, what the mutant has in its place, and the same behind a switch.
let operators: (string * Regex * (Match -> string) * (Match -> int -> string)) list =
    [ "sign", plain @"(?<=[\w\)\]]) \+ (?=[\w\(])", (fun _ -> " - "), (fun _ k -> $" + Vi.Math.FSharp.Mutation.sign {k} * ")
      "sign", plain @"(?<=[\w\)\]]) - (?=[\w\(])", (fun _ -> " + "), (fun _ k -> $" - Vi.Math.FSharp.Mutation.sign {k} * ")
      "sign", plain @"(?<=^\s+)\+ (?=[\w\(])", (fun _ -> "- "), (fun _ k -> $"+ Vi.Math.FSharp.Mutation.sign {k} * ")
      "sign", plain @"(?<=^\s+)- (?=[\w\(])", (fun _ -> "+ "), (fun _ k -> $"- Vi.Math.FSharp.Mutation.sign {k} * ")
      "dropped factor", plain @"(?<![\w\.\*/] )(?<![\w\.])(\d+\.\d+) \* ", (fun _ -> ""), (fun m k -> either k "1.0" (group m 1) + " * ")
      "dropped term", term, (fun _ -> "0.0"), (fun m k -> either k "0.0" m.Value)
      "shifted index", plain @"(?<=[\w\)])\[0\]", (fun _ -> "[1]"), (fun _ k -> "[" + either k "1" "0" + "]")
      "shifted index", plain @"(?<=[\w\)])\[1\]", (fun _ -> "[0]"), (fun _ k -> "[" + either k "0" "1" + "]")
      "shifted index", plain @"(?<=[\w\)])\[([a-z])\]",
          (fun m -> "[" + previous (group m 1) + "]"),
          (fun m k -> "[" + either k (previous (group m 1)) (group m 1) + "]")
      "swapped arguments", swapped,
          (fun m -> $"{group m 1} {group m 3} {group m 2}"),
          (fun m k -> either k $"{group m 1} {group m 3} {group m 2}" m.Value)
      "swapped arguments", quotient,
          (fun m -> $"{group m 2} / {group m 1}"),
          (fun m k -> either k $"{group m 2} / {group m 1}" m.Value)
      "constant", plain @"(?<![\w\.\-])(\d+\.\d+)(?![\w\.])",
          (fun m -> doubled m.Value),
          (fun m k -> either k (doubled m.Value) m.Value) ]

let keywords = set [ "let"; "if"; "then"; "else"; "elif"; "match"; "with"; "when"; "for"; "in"; "do"; "to"; "not"; "fun"; "rec"; "mutable"; "private"; "raise"; "invalidArg"; "invalidOp" ]

/// Lines of code that can be broken: no comments, texts, types, signatures, inlined functions.
let isCode (lines: string[]) at =
    let line = lines[at]
    let trimmed = line.TrimStart()

    not (trimmed.StartsWith "//" || line.Contains '"' || trimmed.StartsWith "open " || trimmed.StartsWith "[<"
         || trimmed.StartsWith "type " || trimmed.StartsWith "module " || trimmed.StartsWith "namespace " || trimmed = ""
         || line.Contains "inline " || line.Contains "->" && line.Contains ": " && not (line.Contains '='))

let mutantsOf file =
    let lines = File.ReadAllLines(Path.Combine(tree, core, file))

    [| for at in 0 .. lines.Length - 1 do
           if isCode lines at then
               let line = lines[at]
               // What defines a function names its parameters to the left of the first '='.
               let body = if Regex.IsMatch(line, @"^\s*let (rec |private |internal )*\w+ [\w\(]") then line.IndexOf(" =") else 0
               let comment = line.IndexOf " //"

               for kind, pattern, broken, switched in operators do
                   for m in pattern.Matches line do
                       let isWord = kind = "swapped arguments" && m.Value.Split ' ' |> Array.exists keywords.Contains

                       if body >= 0 && m.Index >= body && (comment < 0 || m.Index < comment) && not isWord then
                           let put (text: string) = line.Substring(0, m.Index) + text + line.Substring(m.Index + m.Length)

                           if put (broken m) <> line then
                               { File = file
                                 At = at
                                 Kind = kind
                                 Before = line.Trim()
                                 After = (put (broken m)).Trim()
                                 Switched = fun number -> put (switched m number) } |]

/// SplitMix64, so that the order does not depend on the version of .NET.
let shuffled (seed: uint64) (items: 'a[]) =
    let mutable state = seed

    let next () =
        state <- state + 0x9E3779B97F4A7C15UL
        let z = (state ^^^ (state >>> 30)) * 0xBF58476D1CE4E5B9UL
        let z = (z ^^^ (z >>> 27)) * 0x94D049BB133111EBUL
        z ^^^ (z >>> 31)

    let items = Array.copy items

    for i in items.Length - 1 .. -1 .. 1 do
        let j = int (next () % uint64 (i + 1))
        let kept = items[i]
        items[i] <- items[j]
        items[j] <- kept

    items

/// All candidates of a file in random order, but each kind of breaking in turn, so that none crowds out the others.
let inTurn file =
    let mixed = mutantsOf file |> shuffled (uint64 seed * 1000003UL + uint64 (List.findIndex (fun (f, _) -> f = file) files))

    mixed
    |> Array.groupBy (fun mutant -> mutant.Kind)
    |> Array.collect (fun (_, group) -> group |> Array.mapi (fun i mutant -> i, mutant))
    |> Array.sortBy fst
    |> Array.map snd

// --- running -----------------------------------------------------------------------------------------------------------

let runWith (variable: string) seconds folder (file: string) (arguments: string seq) =
    let info = ProcessStartInfo(file, arguments, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true)
    info.Environment["VI_MUTANT"] <- variable
    use started = Process.Start info
    let output = started.StandardOutput.ReadToEndAsync()
    let error = started.StandardError.ReadToEndAsync()

    if started.WaitForExit(1000 * seconds: int) then
        Some(started.ExitCode, output.Result + error.Result)
    else
        started.Kill true
        None

let run (seconds: int) folder file arguments = runWith "0" seconds folder file arguments

let must what result =
    match result with
    | Some(0, output) -> output
    | Some(code, output: string) -> failwith $"{what}: exit code {code}\n{output}"
    | None -> failwith $"{what}: does not end"

/// Numbers of mutants that are switched on, from the environment.
let switches =
    [ "namespace Vi.Math.FSharp"
      ""
      "/// Which mutant is alive."
      "[<RequireQualifiedAccess>]"
      "module Mutation ="
      "    let private active ="
      "        match System.Environment.GetEnvironmentVariable \"VI_MUTANT\" with"
      "        | null -> 0"
      "        | text -> int text"
      ""
      "    /// Whether it is this one."
      "    let isActive (number: int) = (active = number)"
      ""
      "    /// -1 where it is this one, else 1, which changes no bit of a product."
      "    let sign (number: int) = if active = number then -1.0 else 1.0" ]

// Without cross-module optimisation no formula of the core is compiled into the laws.
let build project =
    run 1800 tree "dotnet" [ "build"; project; "-c"; "Release"; "-v"; "q"; "-p:OtherFlags=--crossoptimize-"; "-p:TreatWarningsAsErrors=false" ]

let prepare () =
    if Directory.Exists work then
        Directory.Delete(work, true)

    Directory.CreateDirectory tree |> ignore
    run 60 root "bash" [ "-c"; $"git archive HEAD | tar x -C '{tree}'" ] |> must "copy" |> ignore
    let scripts = Path.Combine(root, "src/Vi.Reports/node_modules")

    if Directory.Exists scripts then
        run 60 root "cp" [ "-r"; scripts; Path.Combine(tree, "src/Vi.Reports/node_modules") ] |> must "copy" |> ignore

    File.WriteAllLines(Path.Combine(tree, core, "Mutation.fs"), switches)
    let project = Path.Combine(tree, core, "Vi.Math.FSharp.fsproj")
    let text = File.ReadAllText project
    let first = text.IndexOf "<Compile"
    File.WriteAllText(project, text.Insert(first, "<Compile Include=\"Mutation.fs\" />\n    "))

/// Writes so many mutants of each file behind switches, each on a line of its own, and builds; one that does not compile gives way to
/// the file's next candidate. Answers with the mutants, numbered from 1, and how many did not compile.
let plant () =
    let right = files |> List.map (fun (file, _) -> file, File.ReadAllLines(Path.Combine(tree, core, file))) |> Map.ofList
    let refused = ResizeArray()

    // More than are wanted, since many do not compile; dropping them all at once takes few builds.
    let candidates =
        [ for file, _ in files do
              if file.Contains only then
                  yield! inTurn file |> Array.distinctBy (fun m -> m.At) |> Array.truncate (3 * perFile) ]
        |> List.indexed
        |> List.map (fun (i, m) -> i + 1, m)

    let rec attempt (mutants: (int * Mutant) list) rounds =
        for file, _ in files do
            let lines = Array.copy right[file]

            for number, m in mutants do
                if m.File = file then
                    lines[m.At] <- m.Switched number

            File.WriteAllLines(Path.Combine(tree, core, file), lines)

        match build core with
        | Some(0, _) -> mutants
        | None -> failwith "the compiler does not end"
        | Some(_, output) ->
            let wrong =
                [ for m in Regex.Matches(output, @"([\w/]+\.fs)\((\d+),\d+(?:,\d+,\d+)?\): error") do
                      m.Groups[1].Value, int m.Groups[2].Value - 1 ]
                |> List.distinct

            // The mutant on the line of the error, else the last one above it.
            let guilty =
                [ for path, at in wrong do
                      mutants
                      |> List.map snd
                      |> List.filter (fun m -> path.EndsWith m.File && m.At <= at)
                      |> List.sortByDescending (fun m -> m.At)
                      |> List.tryHead ]
                |> List.choose id
                |> List.distinctBy (fun m -> m.File, m.At)

            if guilty.IsEmpty || rounds = 0 then
                failwith output

            printfn $"{guilty.Length} mutants do not compile and are left out"
            refused.AddRange guilty
            let isGuilty (m: Mutant) = guilty |> List.exists (fun g -> g.File = m.File && g.At = m.At)
            attempt (mutants |> List.filter (fun (_, m) -> not (isGuilty m))) (rounds - 1)

    let mutants =
        attempt candidates 12
        |> List.groupBy (fun (_, m) -> m.File)
        |> List.collect (fun (_, group) -> List.truncate perFile group)

    build "src/Vi.App" |> must "build" |> ignore
    run 60 tree "cp" [ "-r"; "src/Vi.App/bin/Release/net10.0"; program ] |> must "copy" |> ignore
    mutants, refused.Count

/// Cases a law where the whole catalogue is asked: it has laws enough, and each survivor asks them all.
let casesOfAll = [ "--cases"; "20" ]

/// What the laws say: None where all hold. A mutant that takes longer than this many seconds does not end.
let ask (seconds: int) (number: int) (arguments: string list) =
    let out = Path.Combine(work, $"out-{number}")

    if Directory.Exists out then
        Directory.Delete(out, true)

    match runWith (string number) seconds work (Path.Combine(program, "vilab")) ([ "verify" ] @ arguments @ [ "--out"; out; "--threads"; "1" ]) with
    | None -> Some "does not end"
    | Some(_, output) ->
        let stored = Path.Combine(out, "verify.json")

        if File.Exists stored then
            use document = JsonDocument.Parse(File.ReadAllText stored)

            let broken =
                [ for law in document.RootElement.GetProperty("laws").EnumerateArray() do
                      if law.GetProperty("counterexample").ValueKind <> JsonValueKind.Null then
                          law.GetProperty("name").GetString() ]

            match broken with
            | [] -> None
            | [ one ] -> Some one
            | first :: others -> Some $"{first} (and {others.Length} more)"
        else
            Some("an exception while the laws are checked: " + (output.Split '\n' |> Array.tryLast |> Option.defaultValue ""))

// --- the table ---------------------------------------------------------------------------------------------------------

/// Survivors that were looked into: file, code before, code after, reason; separated by tabs.
let explained =
    let path = Path.Combine(root, "eng/mutants.tsv")

    if File.Exists path then
        File.ReadAllLines path
        |> Array.filter (fun line -> line <> "" && not (line.StartsWith '#'))
        |> Array.map (fun line -> let parts = line.Split '\t' in (parts[0], parts[1], parts[2]), parts[3])
        |> Map.ofArray
    else
        Map.empty

let code (text: string) = "`" + text.Replace("|", @"\|") + "`"

let clock = Stopwatch.StartNew()
prepare ()
let mutants, invalid = plant ()

let planted = clock.Elapsed.TotalSeconds

match ask 7200 0 casesOfAll with
| Some trouble -> failwith $"the laws do not hold before anything is broken: {trouble}"
| None -> printfn $"{mutants.Length} mutants; the laws hold where none is alive"

/// Seconds after which a mutant counts as one that does not end. The whole catalogue takes 45 to 75 s by itself and twice that with another
/// beside it; a file's laws take less.
let patience = 120 + int (5.0 * (clock.Elapsed.TotalSeconds - planted))

/// Two at a time.
let judged =
    mutants
    |> List.map (fun (number, mutant) ->
        async {
            let filters = files |> List.find (fun (file, _) -> file = mutant.File) |> snd
            let fate = ask patience number filters |> Option.orElseWith (fun () -> ask patience number casesOfAll)
            let said = fate |> Option.defaultValue "SURVIVED"
            printfn $"{number} {mutant.File}:{mutant.At + 1} {mutant.Kind}: {mutant.Before}  =>  {mutant.After}: {said}"
            return mutant, fate
        })
    |> fun works -> Async.Parallel(works, 2)
    |> Async.RunSynchronously
    |> Array.toList

let survivors = judged |> List.filter (fun (_, fate) -> fate.IsNone)
let minutes = clock.Elapsed.TotalMinutes

let table =
    [ "# Mutants"
      ""
      "The core's distributions, conjugate models and engines, broken on purpose in one place at a time: a sign turned, a factor or term"
      "dropped, an index shifted, two arguments swapped, a constant doubled. All are compiled at once, each behind a switch that changes no"
      "bit while it is off; one at a time is switched on. A mutant is killed where a law of the catalogue breaks: first the laws of its"
      "file are asked, each on its own number of cases, then the whole catalogue on 20 cases a law."
      ""
      let date = DateTime.UtcNow.ToString "yyyy-MM-dd"
      $"Command: `eng/mutate --seed {seed} --per-file {perFile}`, {date}, {minutes:F0} minutes. {judged.Length} mutants in {files.Length} files,"
      $"{judged.Length - survivors.Length} killed, {survivors.Length} survived; {invalid} more did not compile."
      ""
      "| file | line | kind | before | after | killed by |"
      "|---|---|---|---|---|---|"
      for mutant, fate in judged do
          let reason = explained |> Map.tryFind (mutant.File, mutant.Before, mutant.After) |> Option.defaultValue "not explained"
          let outcome = fate |> Option.defaultWith (fun () -> $"**survived**: {reason}")
          $"| {mutant.File} | {mutant.At + 1} | {mutant.Kind} | {code mutant.Before} | {code mutant.After} | {outcome} |" ]

let target = if only = "" then Path.Combine(root, "docs/mutants.md") else Path.Combine(work, "mutants.md")
File.WriteAllLines(target, table)
printfn $"{judged.Length} mutants, {survivors.Length} survived, {invalid} did not compile, {minutes:F1} minutes: {target}"

for mutant, _ in survivors do
    if not (explained.ContainsKey((mutant.File, mutant.Before, mutant.After))) then
        printfn $"unexplained: {mutant.File}:{mutant.At + 1}\t{mutant.Before}\t{mutant.After}"
