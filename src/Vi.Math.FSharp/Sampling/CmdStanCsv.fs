namespace Vi.Math.FSharp

open System
open System.Globalization
open System.Text
open Vi.Math

/// Draws as CmdStan writes them, one text a chain: what ArviZ's from_cmdstan, R's cmdstanr, rstan and posterior read. Lines only; no file is
/// touched.
[<RequireQualifiedAccess>]
module CmdStanCsv =

    let private figures =
        [ "lp__"; "accept_stat__"; "stepsize__"; "treedepth__"; "n_leapfrog__"; "divergent__"; "energy__" ]

    let private number (x: float) =
        if Double.IsNaN x then "nan"
        elif Double.IsPositiveInfinity x then "inf"
        elif Double.IsNegativeInfinity x then "-inf"
        else x.ToString("R", CultureInfo.InvariantCulture)

    /// A coordinate's name as Stan writes it: mu stays, theta[1] is theta.1, B[2,3] is B.2.3.
    let columnName (name: string) =
        let opening = name.IndexOf '['

        let indices =
            if opening > 0 && name.EndsWith ']' then
                name.Substring(opening + 1, name.Length - opening - 2).Split ','
                |> Array.map (fun (index: string) -> Int32.TryParse(index, CultureInfo.InvariantCulture))
            else
                [||]

        let bare (text: string) = String.map (fun c -> if Char.IsAsciiLetterOrDigit c || c = '_' then c else '_') text

        if indices.Length > 0 && indices |> Array.forall fst then
            let counted = indices |> Array.map (fun (_, index) -> string index) |> String.concat "."
            $"{bare (name.Substring(0, opening))}.{counted}"
        else
            bare name

    /// The name of a column: theta.1 is theta[1].
    let coordinateName (column: string) =
        let parts = column.Split '.'
        let indices = Array.tail parts |> Array.map (fun part -> string (int part))

        if indices.Length = 0 then
            column
        else
            $"""{parts[0]}[{String.Join(",", indices)}]"""

    /// Numbers with commas between; draws hold millions of them, so that none becomes a text of its own.
    let private line (figures: float[]) (values: float[]) =
        let text = StringBuilder(20 * (figures.Length + values.Length))
        let digits: char[] = Array.zeroCreate 32

        let append (x: float) =
            let mutable written = 0

            if
                Double.IsFinite x
                && x.TryFormat(digits.AsSpan(), &written, ReadOnlySpan.Empty, CultureInfo.InvariantCulture)
            then
                text.Append(digits, 0, written) |> ignore
            else
                text.Append(number x) |> ignore

        for numbers in [| figures; values |] do
            for x in numbers do
                if text.Length > 0 then
                    text.Append ',' |> ignore

                append x

        text.ToString()

    let private row (draw: Draw) =
        line
            [| draw.LogDensity
               draw.AcceptanceRate
               draw.StepSize
               float draw.TreeDepth
               float draw.LeapfrogSteps
               (if draw.Divergence.IsSome then 1.0 else 0.0)
               draw.Energy |]
            (draw.Position.ToArray())

    let private joined (values: float seq) = values |> Seq.map number |> String.concat ", "

    let private metricLines (metric: Metric) =
        match metric with
        | Diagonal scales ->
            [ "# Diagonal elements of inverse mass matrix:"
              "# " + joined (scales.ToArray() |> Seq.map (fun s -> s * s)) ]
        | Dense factor ->
            "# Elements of inverse mass matrix:"
            :: [ for row in (Chol.toMat factor).ToRows() do
                     "# " + joined row ]

    /// The lines of one chain, from 0; the model's name stands in the header.
    let lines (model: string) (seed: uint64) (chain: int) (set: SampleSet) : string seq =
        let warmUp = set.WarmUps[chain]
        let draws = set.Chains[chain]

        let metric =
            match warmUp.Metric with
            | Diagonal _ -> "diag_e"
            | Dense _ -> "dense_e"

        let isHamiltonian = Double.IsFinite warmUp.StepSize

        seq {
            "# stan_version_major = 2"
            "# stan_version_minor = 32"
            "# stan_version_patch = 2"
            $"# model = {columnName model}"
            "# method = sample (Default)"
            "#   sample"
            $"#     num_samples = {draws.Length}"
            $"#     num_warmup = {warmUp.Draws}"
            "#     save_warmup = 0 (Default)"
            "#     thin = 1 (Default)"
            "#     adapt"
            $"#       engaged = {(if warmUp.Draws > 0 then 1 else 0)}"

            if isHamiltonian then
                "#     algorithm = hmc (Default)"
                "#       hmc"
                "#         engine = nuts (Default)"
                $"#         metric = {metric}"
                $"#         stepsize = {number warmUp.StepSize}"
            else
                "#     algorithm = fixed_param"

            $"# id = {chain + 1}"
            "# random"
            $"#   seed = {seed}"
            String.concat "," (Seq.append figures (set.Names |> Seq.map columnName))

            if isHamiltonian then
                "# Adaptation terminated"
                $"# Step size = {number warmUp.StepSize}"
                yield! metricLines warmUp.Metric

            yield! draws |> Seq.map row
        }

    /// The lines of a variational fit: draws (S x Q) of quantities of these names, with log p and log q of each where they are known. As
    /// CmdStan does it the first row holds the means.
    let variationalLines
        (model: string)
        (seed: uint64)
        (names: string[])
        (draws: Mat)
        (logDensities: float[])
        (logApproximation: float[])
        : string seq =
        let at (values: float[]) s = if values.Length = 0 then 0.0 else values[s]

        let means =
            Array.init names.Length (fun j ->
                if draws.Rows = 0 then nan else Vec.sum (Mat.column j draws) / float draws.Rows)

        seq {
            "# stan_version_major = 2"
            "# stan_version_minor = 32"
            "# stan_version_patch = 2"
            $"# model = {columnName model}"
            "# method = variational"
            "#   variational"
            $"#     output_samples = {draws.Rows}"
            "# id = 1"
            "# random"
            $"#   seed = {seed}"
            String.concat "," (Seq.append [ "lp__"; "log_p__"; "log_g__" ] (names |> Seq.map columnName))
            "# Stepsize adaptation complete."
            "# eta = 1"
            line [| 0.0; 0.0; 0.0 |] means

            yield!
                Seq.init draws.Rows (fun s ->
                    line [| 0.0; at logDensities s; at logApproximation s |] ((Mat.row s draws).ToArray()))
        }

    let private parse (line: int) (column: string) (text: string) =
        match text.Trim().ToLowerInvariant() with
        | "nan" -> nan
        | "inf"
        | "+inf" -> infinity
        | "-inf" -> -infinity
        | text ->
            match Double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture) with
            | true, value -> value
            | false, _ -> raise (FormatException $"line {line}, column {column}: '{text}' is not a number")

    /// One chain from its lines, with its names.
    let private readChain (text: string seq) : struct (string[] * Draw[] * WarmUpReport) =
        let lines = Seq.toArray text

        let numbered =
            lines
            |> Array.mapi (fun i line -> struct (i + 1, line))
            |> Array.filter (fun (struct (_, line)) -> line.Trim() <> "" && not (line.StartsWith '#'))

        if numbered.Length = 0 then
            raise (FormatException "there is no header line: this is no CmdStan CSV")

        let struct (_, header) = numbered[0]
        let columns = header.Split ','
        let known = figures |> List.map (fun name -> name, Array.IndexOf(columns, name)) |> dict
        let parameters = [| 0 .. columns.Length - 1 |] |> Array.filter (fun i -> not (columns[i].EndsWith "__"))

        let draws =
            numbered[1..]
            |> Array.map (fun (struct (line, text)) ->
                let cells = text.Split ','

                if cells.Length <> columns.Length then
                    raise (FormatException $"line {line} has {cells.Length} columns, the header {columns.Length}")

                let figure name missing = if known[name] < 0 then missing else parse line name cells[known[name]]

                let position = parameters |> Array.map (fun i -> parse line columns[i] cells[i])

                { Position = Vec.wrap position
                  LogDensity = figure "lp__" nan
                  Energy = figure "energy__" nan
                  AcceptanceRate = figure "accept_stat__" nan
                  StepSize = figure "stepsize__" nan
                  TreeDepth = int (figure "treedepth__" 0.0)
                  LeapfrogSteps = int (figure "n_leapfrog__" 0.0)
                  // The file says that a trajectory diverged, not where; its draw stands for the place.
                  Divergence =
                    if figure "divergent__" 0.0 <> 0.0 then
                        ValueSome(Vec.wrap position)
                    else
                        ValueNone
                  IsWarmUp = false })

        // The two numbers of the header that a report needs; a metric is in the coordinates of the sampler, which need not be the columns.
        let setting (name: string) =
            lines
            |> Array.tryPick (fun line ->
                let line = line.TrimStart('#', ' ')

                if line.StartsWith(name + " =", StringComparison.Ordinal) then
                    Some((line.Substring(name.Length + 2).Trim().Split ' ')[0])
                else
                    None)

        let warmUp =
            { StepSize = setting "Step size" |> Option.map (parse 0 "Step size") |> Option.defaultValue nan
              Metric = Metric.identity parameters.Length
              Draws = setting "num_warmup" |> Option.map int |> Option.defaultValue 0
              LeapfrogSteps = 0
              Divergences = 0 }

        struct (parameters |> Array.map (fun i -> coordinateName columns[i]), draws, warmUp)

    /// A set from the lines of its chains; raises FormatException, naming line and column, where they are not CmdStan's or do not go together.
    let read (chains: string seq seq) : SampleSet =
        let read = chains |> Seq.map readChain |> Seq.toArray
        let struct (names, first, _) = read[0]

        for struct (others, draws, _) in read do
            if others <> names || draws.Length <> first.Length then
                raise (FormatException "the chains differ in their columns or in their number of draws")

        { Names = names
          Chains = read |> Array.map (fun (struct (_, draws, _)) -> draws)
          WarmUps = read |> Array.map (fun (struct (_, _, warmUp)) -> warmUp) }
