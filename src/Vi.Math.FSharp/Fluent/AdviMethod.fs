namespace Vi.Math.Fluent

open System
open Vi.Math
open Vi.Math.FSharp

/// Automatic differentiation variational inference of a model.
[<RequireQualifiedAccess>]
module internal AdviMethod =

    /// Coordinates of each path: parameters with an autoregression for a distribution, or those that are named.
    let private paths (options: InferenceOptions) (traced: TracedProgram) : LatentPath list =
        let chosen =
            if Seq.length (Seq.distinct options.Paths) < options.Paths.Count then
                let all = String.Join(", ", options.Paths)
                Chosen.refuse (nameof options.Paths) $"a path is named twice among {all}"
            elif options.Paths.Count > 0 then
                [ for name in options.Paths do
                      match traced.Parameters |> Array.tryFind (fun parameter -> parameter.Name = name) with
                      | Some parameter -> parameter
                      | None ->
                          let known = traced.Parameters |> Array.map (fun parameter -> parameter.Name)
                          let all = String.Join(", ", known)
                          Chosen.refuse (nameof options.Paths) $"'{name}' is no parameter of the model: {all}" ]
            else
                traced.Parameters
                |> Array.filter (fun parameter -> parameter.Distribution.Family = "autoregression")
                |> List.ofArray

        if chosen.IsEmpty then
            Chosen.refuse
                (nameof options.Paths)
                "the sparse-precision family needs a parameter that is a path in time: name one, or give it an autoregression for a distribution (centred)"

        chosen
        |> List.map (fun parameter ->
            { Coordinates = Array.init parameter.Size (fun i -> parameter.Offset + i); Order = 1 })

    let private family (options: InferenceOptions) (traced: TracedProgram) : VariationalFamily =
        let d = traced.Dimension

        match options.Family with
        | "" -> VariationalFit.defaultFamily d
        | "mean-field" -> MeanField.family d
        | "full-rank" -> FullRank.family d
        | "low-rank" ->
            if options.Rank > d then
                Chosen.refuse
                    (nameof options.Rank)
                    $"{options.Rank} columns are more than the model has coordinates, {d}: take fewer, or the full-rank family"

            LowRank.family d (min d (Chosen.orDefault 5 options.Rank))
        | "sparse-precision" -> SparsePrecision.family (SparsityPattern.arrow d (paths options traced))
        | other ->
            Chosen.refuse
                (nameof options.Family)
                $"there is no family '{other}': mean-field, full-rank, low-rank or sparse-precision"

    /// Dimensions up to which a rich family begins where Pathfinder says.
    let private directUpTo = 64

    /// Where a rich family begins in many dimensions: at a short mean-field fit. It contains that fit, so its bound cannot end below; a climb
    /// alone ends where the density is highest, which in a hierarchy of many coordinates (a path with its scale) is far from where its mass is.
    let private meanFieldStart (model: Model) (rng: Rng) : AdviStart =
        let short = { Advi.defaults with Accuracy = 0.2; MaxSteps = 3000 }
        let engine = Advi.engine short (MeanField.family model.Dimension) model.Density
        let found = engine.Answer (Run.last engine (Advi.stopRule short) rng).State
        FromNormal(Variational.mean found, Variational.standardDeviations found)

    /// Where a named optimiser begins: near 0 on the real line, with small standard deviations, as it would in the papers; whoever names the
    /// optimiser wants no climb before it.
    let private plainStart (dimension: int) (rng: Rng) : AdviStart =
        let struct (noise, _) = Rng.array dimension Rng.normal rng
        FromNormal(Vec.ofArray (noise |> Array.map (fun z -> 0.1 * z)), Vec.constant dimension (exp -2.0))

    /// The density by rows, which minibatches need.
    let private rows (options: InferenceOptions) (model: Model) : RowDensity =
        try
            model.RowDensity()
        with :? ArgumentException as failure ->
            Chosen.refuse
                (nameof options.BatchRows)
                $"{failure.Message}; without minibatches every step reads all of the data"

    /// The method, from its options.
    let create (options: InferenceOptions) (model: Model) rng : InferenceMethod =
        let standard = Advi.defaults

        let chosen: AdviOptions =
            { standard with
                Estimator =
                    { standard.Estimator with Draws = Chosen.orDefault standard.Estimator.Draws options.DrawsPerStep }
                Steps =
                    if options.Optimizer = "" then
                        Automatic
                    else
                        FirstOrder(Chosen.optimizer options (Chosen.orDefault standard.MaxSteps options.MaxSteps))
                BatchRows = options.BatchRows
                Accuracy = Chosen.accuracy standard.Accuracy options
                MaxSteps = Chosen.orDefault standard.MaxSteps options.MaxSteps }

        let family = family options model.Traced

        let engineOf chosen =
            if options.BatchRows > 0 then
                Advi.engineOfRows chosen family (rows options model)
            else
                Advi.engine chosen family model.Density

        let engine =
            if options.Optimizer <> "" then
                engineOf { chosen with Start = plainStart model.Dimension (Rng.derive 1 rng) }
            elif family.Name <> "mean-field" && (family.Dimension > directUpTo || family.Name = "sparse-precision") then
                { engineOf chosen with
                    Init =
                        fun rng ->
                            let struct (rng, own) = Rng.split rng
                            let start = meanFieldStart model own
                            (engineOf { chosen with Start = start }).Init rng }
            else
                engineOf chosen

        EngineMethod(
            engine,
            Advi.stopRule chosen,
            rng,
            (fun step ->
                let point = step.Info.Point

                InferenceStep(
                    step.Iteration,
                    point.Elbo,
                    point.StandardError,
                    step.Info.Gain,
                    $"{point.Steps} steps",
                    nan,
                    step.Outcome
                )),
            fun outcome state -> Approximation(VariationalFit.ofAdvi chosen model.Density engine outcome state)
        )
