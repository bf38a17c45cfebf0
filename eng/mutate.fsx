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
      "Distributions/StickBreaking.fs", [ "stick-breaking" ]
      "Distributions/StudentT.fs", [ "student-t" ]
      "Distributions/MvStudentT.fs", [ "mv-student-t" ]
      "Distributions/NormalScaleMixture.fs", [ "normal-scale-mixture" ]
      "Distributions/NormalMixture.fs", [ "normal-mixture" ]
      "Distributions/NormalApproximation.fs", [ "normal-approximation" ]
      "Distributions/PolyaGamma.fs", [ "logistic-regression" ]
      "Conjugate/Moments.fs", [ "moments"; "linear-regression" ]
      "Conjugate/Cavi.fs", [ "cavi on" ]
      "Conjugate/Blend.fs", [ "svi" ]
      "Conjugate/LearningRate.fs", [ "svi" ]
      "Conjugate/StochasticModel.fs", [ "svi" ]
      "Conjugate/Svi.fs", [ "svi" ]
      "Conjugate/Streaming.fs", [ "streaming" ]
      "Conjugate/Models/GaussianMean.fs", [ "gaussian-mean" ]
      "Conjugate/Models/GaussianMeanPrecision.fs", [ "gaussian-mean-precision" ]
      "Conjugate/Models/LinearRegression.fs", [ "linear-regression" ]
      "Conjugate/Models/GaussianMixture.fs", [ "gaussian-mixture" ]
      "Conjugate/Models/StickBreakingMixture.fs", [ "stick-breaking" ]
      "Conjugate/Models/RegimeSwitching.fs", [ "regime-switching" ]
      "Conjugate/Models/LogisticRegression.fs", [ "logistic-regression" ]
      "Conjugate/Models/FactorStatistics.fs", [ "factor-model" ]
      "Conjugate/Models/FactorModel.fs", [ "factor-model" ]
      "Conjugate/Models/FactorData.fs", [ "factor-model" ] ]

type Mutant = { File: string; Line: int; Kind: string; Before: string; After: string; Text: string }

// --- breaking a line ---------------------------------------------------------------------------------------------------

let invariant = Globalization.CultureInfo.InvariantCulture
let operand = @"[a-zA-Z]\w*(?:\.\w+)*(?:\[\w+\])?"

/// Each way of breaking: its name, what it looks for, what it makes of it.
let operators: (string * Regex * (Match -> string)) list =
    [ "sign", Regex @"(?<=[\w\)\]]) \+ (?=[\w\(])", (fun _ -> " - ")
      "sign", Regex @"(?<=[\w\)\]]) - (?=[\w\(])", (fun _ -> " + ")
      "sign", Regex @"^(\s+)\+ (?=[\w\(])", (fun m -> m.Groups[1].Value + "- ")
      "sign", Regex @"^(\s+)- (?=[\w\(])", (fun m -> m.Groups[1].Value + "+ ")
      "dropped factor", Regex @"\b\d+\.\d+ \* ", (fun _ -> "")
      "dropped term", Regex($@" [\+-] {operand}(?![\w\.\[\(]| [\*/])"), (fun _ -> "")
      "shifted index", Regex @"(?<=[\w\)])\[0\]", (fun _ -> "[1]")
      "shifted index", Regex @"(?<=[\w\)])\[1\]", (fun _ -> "[0]")
      "shifted index", Regex @"(?<=[\w\)])\[([a-z])\]", (fun m -> $"[max 0 ({m.Groups[1].Value} - 1)]")
      "swapped arguments", Regex $@"(?<![\w\.])((?:[A-Z]\w*\.)?[a-z]\w+) ({operand}) ({operand})(?![\w\.\[\(])",
          (fun m -> $"{m.Groups[1].Value} {m.Groups[3].Value} {m.Groups[2].Value}")
      "swapped arguments", Regex $@"(?<![\w\.\)]) ?({operand}) / ({operand})(?![\w\.\[\(])",
          (fun m -> $"{(if m.Value.StartsWith ' ' then " " else "")}{m.Groups[2].Value} / {m.Groups[1].Value}")
      "constant", Regex @"(?<![\w\.\-])(\d+\.\d+)(?![\w\.])",
          (fun m ->
              let changed = float m.Groups[1].Value * 2.0
              let text = (if changed = 0.0 then 1.0 else changed).ToString("R", invariant)
              if text.Contains '.' then text else text + ".0") ]

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

               for kind, pattern, replace in operators do
                   for m in pattern.Matches line do
                       let isWord = kind = "swapped arguments" && m.Value.Trim().Split([| ' ' |]) |> Array.exists keywords.Contains

                       if m.Index >= body && (comment < 0 || m.Index < comment) && not isWord then
                           let after = line.Substring(0, m.Index) + replace m + line.Substring(m.Index + m.Length)

                           if after <> line then
                               { File = file
                                 Line = at + 1
                                 Kind = kind
                                 Before = line.Trim()
                                 After = after.Trim()
                                 Text = String.Join('\n', Array.concat [ lines[.. at - 1]; [| after |]; lines[at + 1 ..] ]) + "\n" } |]

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

let run (seconds: int) folder (file: string) (arguments: string seq) =
    let info = ProcessStartInfo(file, arguments, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true)
    info.Environment["CI"] <- ""
    use started = Process.Start info
    let output = started.StandardOutput.ReadToEndAsync()
    let error = started.StandardError.ReadToEndAsync()

    if started.WaitForExit(1000 * seconds) then
        Some(started.ExitCode, output.Result + error.Result)
    else
        started.Kill true
        None

let must what result =
    match result with
    | Some(0, output) -> output
    | Some(code, output: string) -> failwith $"{what}: exit code {code}\n{output}"
    | None -> failwith $"{what}: does not end"

let prepare () =
    if Directory.Exists work then
        Directory.Delete(work, true)

    Directory.CreateDirectory tree |> ignore
    run 60 root "bash" [ "-c"; $"git archive HEAD | tar x -C '{tree}'" ] |> must "copy" |> ignore
    let scripts = Path.Combine(root, "src/Vi.App/node_modules")

    if Directory.Exists scripts then
        run 60 root "cp" [ "-r"; scripts; Path.Combine(tree, "src/Vi.App/node_modules") ] |> must "copy" |> ignore

    // Without cross-module optimisation no formula of the core is compiled into the laws, so that one file is all that changes.
    run 900 tree "dotnet" [ "build"; "src/Vi.App"; "-c"; "Release"; "-v"; "q"; "-p:OtherFlags=--crossoptimize-" ] |> must "build" |> ignore
    run 60 tree "cp" [ "-r"; "src/Vi.App/bin/Release/net10.0"; program ] |> must "copy" |> ignore

    let json =
        run 300 tree "dotnet"
            [ "msbuild"; core; "-t:Rebuild"; "-p:Configuration=Release"; "-p:BuildProjectReferences=false"; "-p:SkipCompilerExecution=true"
              "-p:ProvideCommandLineArgs=true"; "-p:OtherFlags=--crossoptimize-"; "-getItem:FscCommandLineArgs" ]
        |> must "arguments of the compiler"

    let document = JsonDocument.Parse json

    let lines =
        document.RootElement.GetProperty("Items").GetProperty("FscCommandLineArgs").EnumerateArray()
        |> Seq.map (fun item -> item.GetProperty("Identity").GetString())
        |> Seq.filter (fun line -> not (line.StartsWith "--doc:" || line.StartsWith "-o:" || line.StartsWith "--refout:" || line.StartsWith "--warnaserror"))
        |> Seq.toList

    File.WriteAllLines(Path.Combine(work, "core.rsp"), $"-o:{program}/Vi.Math.FSharp.dll" :: lines)

let compiler =
    let sdk = (run 30 root "dotnet" [ "--list-sdks" ] |> must "sdks").Split '\n'
    let version = (run 30 root "dotnet" [ "--version" ] |> must "version").Trim()
    let line = sdk |> Array.find (fun line -> line.StartsWith(version + " "))
    Path.Combine(line.Substring(line.IndexOf '[' + 1).TrimEnd(']', '\r'), version, "FSharp", "fsc.dll")

/// What the laws say: None where all hold.
let ask (filters: string list) =
    let out = Path.Combine(work, "out")

    if Directory.Exists out then
        Directory.Delete(out, true)

    match run 300 work (Path.Combine(program, "vilab")) ([ "verify" ] @ filters @ [ "--out"; out; "--threads"; "2" ]) with
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
            Some("the catalogue cannot be built: " + (output.Split '\n' |> Array.tryLast |> Option.defaultValue ""))

let judge filters (mutant: Mutant) =
    let path = Path.Combine(tree, core, mutant.File)
    let right = File.ReadAllText path

    try
        File.WriteAllText(path, mutant.Text)

        match run 300 (Path.Combine(tree, core)) "dotnet" [ compiler; "@" + Path.Combine(work, "core.rsp") ] with
        | Some(0, _) -> Some(ask filters |> Option.orElseWith (fun () -> ask []))
        | _ -> None
    finally
        File.WriteAllText(path, right)

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

prepare ()
let clock = Stopwatch.StartNew()
let healthy = ask []

if healthy.IsSome then
    failwith $"the laws do not hold before anything is broken: {healthy.Value}"

let quick = clock.Elapsed.TotalSeconds
printfn $"the laws hold on the code as it is ({quick:F0} s)"
let judged = ResizeArray()
let mutable invalid = 0

for file, filters in files |> List.filter (fun (file, _) -> file.Contains only) do
    let candidates = inTurn file
    let mutable kept = 0
    let mutable at = 0

    while kept < perFile && at < candidates.Length do
        let mutant = candidates[at]
        at <- at + 1

        if judged |> Seq.exists (fun (other: Mutant, _) -> other.File = file && other.Line = mutant.Line) |> not then
            match judge filters mutant with
            | None -> invalid <- invalid + 1
            | Some fate ->
                kept <- kept + 1
                judged.Add((mutant, fate))
                let said = fate |> Option.defaultValue "SURVIVED"
                printfn $"{judged.Count} {file}:{mutant.Line} {mutant.Kind}: {mutant.Before}  =>  {mutant.After}: {said}"

let survivors = judged |> Seq.filter (fun (_, fate) -> fate.IsNone) |> Seq.toList
let minutes = clock.Elapsed.TotalMinutes

let table =
    [ "# Mutants"
      ""
      "The core's distributions, conjugate models and engines, broken on purpose in one place at a time: a sign turned, a factor or term"
      "dropped, an index shifted, two arguments swapped, a constant doubled. A mutant is killed where a law of the catalogue breaks."
      ""
      $"Command: `eng/mutate --seed {seed} --per-file {perFile}`, {DateTime.UtcNow.ToString "yyyy-MM-dd"}, {minutes:F0} minutes. {judged.Count} mutants in {files.Length} files,"
      $"{judged.Count - survivors.Length} killed, {survivors.Length} survived; {invalid} more did not compile and were replaced."
      ""
      "| file | line | kind | before | after | killed by |"
      "|---|---|---|---|---|---|"
      for mutant, fate in judged do
          let reason = explained |> Map.tryFind (mutant.File, mutant.Before, mutant.After) |> Option.defaultValue "not explained"
          let outcome = fate |> Option.defaultWith (fun () -> $"**survived**: {reason}")
          $"| {mutant.File} | {mutant.Line} | {mutant.Kind} | {code mutant.Before} | {code mutant.After} | {outcome} |" ]

let target = if only = "" then Path.Combine(root, "docs/mutants.md") else Path.Combine(work, "mutants.md")
File.WriteAllLines(target, table)
printfn $"{judged.Count} mutants, {survivors.Length} survived, {invalid} did not compile, {minutes:F1} minutes: {target}"

for mutant, _ in survivors do
    if not (explained.ContainsKey((mutant.File, mutant.Before, mutant.After))) then
        printfn $"unexplained: {mutant.File}:{mutant.Line}\t{mutant.Before}\t{mutant.After}"
