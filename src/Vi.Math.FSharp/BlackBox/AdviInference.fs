namespace Vi.Math

/// Which normals approximate the posterior.
[<RequireQualifiedAccess>]
type FamilyChoice =
    /// Full-rank up to 64 coordinates, mean-field beyond; sparse-precision where paths are given.
    | Automatic
    | MeanField
    | FullRank
    /// So many columns beside the diagonal: 5, or as many as there are coordinates, where none are given.
    | LowRank of columns: int voption
    | SparsePrecision

/// A path in time for the sparse-precision family.
[<RequireQualifiedAccess>]
type PathChoice =
    /// A parameter, each of its coordinates tied to the one before it.
    | Parameter of name: string
    | Coordinates of LatentPath

/// Settings of automatic differentiation variational inference.
type AdviSettings =
    {
        Family: FamilyChoice
        /// Paths of the sparse-precision family; empty for the parameters with an autoregression as their prior.
        Paths: PathChoice list
        /// Draws of one gradient estimate, at least 1.
        Draws: int
        /// Whether draws come in mirrored pairs.
        Antithetic: bool
        /// Whether the entropy's gradient is estimated through the draws alone, without noise at an exact optimum.
        StickingTheLanding: bool
        /// Natural gradients, whose rate is chosen and lowered automatically, or a named optimiser.
        Optimizer: OptimizerChoice voption
        /// Rows of a minibatch; all rows where none are given.
        BatchRows: int voption
        /// Most steps, each one gradient estimate.
        MaxSteps: int
        /// Most passes through the rows, instead of MaxSteps.
        Epochs: int voption
        /// How far averages may still move when the fit counts as converged, in posterior standard deviations; 0 uses up the budget.
        Accuracy: float
        /// Paths of the Pathfinder run that natural gradients start from.
        Climbs: int
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Automatic differentiation variational inference as it is run from F#, from C# and from experiment files.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module AdviInference =

    /// The automatic family and natural gradients, with the engine's own numbers.
    let defaults: AdviSettings =
        { Family = FamilyChoice.Automatic
          Paths = []
          Draws = Advi.defaults.Estimator.Draws
          Antithetic = Advi.defaults.Estimator.Antithetic
          StickingTheLanding = true
          Optimizer = ValueNone
          BatchRows = ValueNone
          MaxSteps = Advi.defaults.MaxSteps
          Epochs = ValueNone
          Accuracy = Advi.defaults.Accuracy
          Climbs = Pathfinder.defaults.Paths }

    let private checks (settings: AdviSettings) =
        InferenceOption.atLeast 1 "Draws" settings.Draws
        InferenceOption.atLeast 1 "MaxSteps" settings.MaxSteps
        InferenceOption.atLeast 1 "Climbs" settings.Climbs
        InferenceOption.notNegative "Accuracy" settings.Accuracy
        InferenceOption.rate "LearningRate" settings.Optimizer
        settings.BatchRows |> ValueOption.iter (InferenceOption.atLeast 1 "BatchRows")
        settings.Epochs |> ValueOption.iter (InferenceOption.atLeast 1 "Epochs")

    /// Coordinates of each path: those that are chosen, or parameters with an autoregression as their prior.
    let private paths (settings: AdviSettings) (target: InferenceTarget) : LatentPath list =
        let names =
            settings.Paths
            |> List.choose (fun path ->
                match path with
                | PathChoice.Parameter name -> Some name
                | PathChoice.Coordinates _ -> None)

        if (List.distinct names).Length < names.Length then
            let all = String.Join(", ", names)
            InferenceOption.refuse "Paths" $"a path is named twice among {all}"

        let along (parameter: TargetParameter) = { Coordinates = parameter.Coordinates; Order = 1 }

        let chosen =
            match settings.Paths with
            | [] ->
                [ for parameter in target.Parameters do
                      if parameter.IsSeries then
                          along parameter ]
            | paths ->
                [ for path in paths do
                      match path with
                      | PathChoice.Coordinates path -> path
                      | PathChoice.Parameter name ->
                          match target.Parameters |> Array.tryFind (fun parameter -> parameter.Name = name) with
                          | Some parameter -> along parameter
                          | None ->
                              let all = target.Parameters |> Array.map _.Name |> String.concat ", "
                              InferenceOption.refuse "Paths" $"'{name}' is no parameter of the model: {all}" ]

        if chosen.IsEmpty then
            InferenceOption.refuse
                "Paths"
                "the sparse-precision family needs a parameter that is a path in time: name one, or give it an autoregression for a distribution (centred)"

        chosen

    /// The family in the target's dimension.
    let family (settings: AdviSettings) (target: InferenceTarget) : VariationalFamily =
        let d = target.Density.Dimension
        let sparse () = SparsePrecision.family (SparsityPattern.arrow d (paths settings target))

        match settings.Family with
        | FamilyChoice.Automatic when settings.Paths.IsEmpty -> VariationalFit.defaultFamily d
        | FamilyChoice.Automatic
        | FamilyChoice.SparsePrecision -> sparse ()
        | FamilyChoice.MeanField -> MeanField.family d
        | FamilyChoice.FullRank -> FullRank.family d
        | FamilyChoice.LowRank ValueNone -> LowRank.family d (min d 5)
        | FamilyChoice.LowRank(ValueSome columns) ->
            InferenceOption.atLeast 1 "Rank" columns

            if columns > d then
                InferenceOption.refuse
                    "Rank"
                    $"{columns} columns are more than the model has coordinates, {d}: take fewer, or the full-rank family"

            LowRank.family d columns

    /// Dimensions up to which a rich family starts where Pathfinder says.
    let private directUpTo = 64

    /// Where a rich family starts in many dimensions: at a short mean-field fit. The family contains that fit, so its bound cannot end below it;
    /// a climb alone ends where the density is highest, which in a hierarchy of many coordinates (a path with its scale) is far from where
    /// its mass is.
    let private meanFieldStart (density: LogDensity) (rng: Rng) : AdviStart =
        let short = { Advi.defaults with Accuracy = 0.2; MaxSteps = 3000 }
        let family = MeanField.family density.Dimension
        let run = RunProgress.finish (Advi.parts short family density) rng
        let found = Advi.answer family run.State
        FromNormal(Variational.mean found, Variational.standardDeviations found)

    /// Where a named optimiser starts: near 0 on the real line, with small standard deviations, as in the papers. Whoever names the optimiser
    /// wants no climb before it.
    let private plainStart (dimension: int) (rng: Rng) : AdviStart =
        let struct (noise, _) = Rng.array dimension Rng.normal rng
        FromNormal(Vec.ofArray (noise |> Array.map (fun z -> 0.1 * z)), Vec.constant dimension (exp -2.0))

    /// Where the sparse-precision family starts: a narrow normal around 0, or a mean-field fit where log p is not finite at 0. A mean-field fit of a
    /// path loses it: the path becomes flat, and the scale of its steps so small that nothing leads back.
    let private sparseStart (density: LogDensity) (rng: Rng) : AdviStart =
        let zero = Vec.zero density.Dimension

        if Double.IsFinite(density.Evaluator().Value(zero.AsSpan())) then
            FromNormal(zero, Vec.constant density.Dimension (exp -2.0))
        else
            meanFieldStart density rng

    /// The density by rows, which minibatches need.
    let private rows (target: InferenceTarget) : RowDensity =
        try
            target.Rows()
        with :? ArgumentException as failure ->
            InferenceOption.refuse
                "BatchRows"
                $"{failure.Message}; without minibatches every step reads all of the data"

    /// The engine's options, and the density by rows where there are minibatches. Without them a step reads all rows: it is an epoch.
    let private options (settings: AdviSettings) (target: InferenceTarget) : struct (AdviOptions * RowDensity voption) =
        let rows = settings.BatchRows |> ValueOption.map (fun _ -> rows target)

        let struct (batch, perEpoch) =
            match settings.BatchRows, rows with
            | ValueSome batch, ValueSome rows ->
                let batch = min batch rows.Rows
                struct (batch, (rows.Rows + batch - 1) / batch)
            | _ -> struct (0, 1)

        let steps =
            match settings.Epochs with
            | ValueSome epochs -> epochs * perEpoch
            | ValueNone -> settings.MaxSteps

        struct ({ Estimator =
                    { Draws = settings.Draws
                      Antithetic = settings.Antithetic
                      Entropy = if settings.StickingTheLanding then StickingTheLanding else ClosedForm }
                  Steps =
                    match settings.Optimizer with
                    | ValueSome optimizer -> FirstOrder(Optimizer.chosen steps optimizer)
                    | ValueNone -> Automatic
                  Start = FromPathfinder { Pathfinder.defaults with Paths = settings.Climbs }
                  BatchRows = batch
                  Accuracy = settings.Accuracy
                  MaxSteps = steps },
                rows)

    /// The run with its starting point, its options and its family.
    let private parts (settings: AdviSettings) (target: InferenceTarget) =
        checks settings
        let density = target.Density
        let family = family settings target
        let struct (options, rows) = options settings target

        let from (start: AdviStart) =
            match rows with
            | ValueSome rows -> Advi.partsOfRows { options with Start = start } family rows
            | ValueNone -> Advi.parts { options with Start = start } family density

        let plain = from options.Start

        let start rng =
            if settings.Optimizer.IsSome then
                (from (plainStart density.Dimension (Rng.derive 1 rng))).Begin rng
            elif family.Kind.IsSparsePrecision then
                let struct (rng, own) = Rng.split rng
                (from (sparseStart density own)).Begin rng
            elif family.Name <> "mean-field" && family.Dimension > directUpTo then
                let struct (rng, own) = Rng.split rng
                (from (meanFieldStart density own)).Begin rng
            else
                plain.Begin rng

        struct ({ plain with Begin = start }, options, family)

    let private describe (run: RunProgress<AdviState, AdviInfo>) : InferenceStep =
        let info = RunProgress.last run
        let point = info.Point

        { Iteration = run.Iteration
          Objective = point.Elbo
          StandardError = point.StandardError
          Gain = info.Gain
          Phase = InferencePhase.Steps point.Steps
          Share = nan
          Evaluations = run.Evaluations
          Divergences = 0
          Outcome = ValueOption.toObj run.Outcome }

    /// The inference with its settings.
    let create (settings: AdviSettings) : Inference<VariationalFit> =
        { Name = "advi"
          Start =
            fun target _ rng ->
                let struct (parts, options, family) = parts settings target
                EngineRun(parts, describe, VariationalFit.ofAdvi options family target, rng) }
