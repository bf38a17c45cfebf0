namespace Vi.Math

/// Settings of batch-and-match.
type BatchAndMatchSettings =
    {
        /// Draws of a step, at least 2; two for each coordinate, from 16 to 128, where none are given.
        Draws: int voption
        /// Most steps, each one batch of gradients.
        MaxSteps: int
        /// How far averages may still move when the fit counts as converged, in posterior standard deviations; 0 uses up the budget.
        Accuracy: float
        /// Paths of the Pathfinder run that the fit starts from.
        Climbs: int
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Batch-and-match as it is run from F#, from C# and from experiment files.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module BatchAndMatchInference =

    /// The engine's own numbers.
    let defaults: BatchAndMatchSettings =
        let standard = BatchAndMatch.defaults 1

        { Draws = ValueNone
          MaxSteps = standard.MaxSteps
          Accuracy = standard.Accuracy
          Climbs = Pathfinder.defaults.Paths }

    let private options (settings: BatchAndMatchSettings) (dimension: int) : BatchAndMatchOptions =
        settings.Draws |> ValueOption.iter (InferenceOption.atLeast 2 "Draws")
        InferenceOption.atLeast 1 "MaxSteps" settings.MaxSteps
        InferenceOption.notNegative "Accuracy" settings.Accuracy
        InferenceOption.atLeast 1 "Climbs" settings.Climbs

        { Draws = settings.Draws |> ValueOption.defaultValue (BatchAndMatch.defaultDraws dimension)
          Start = FromPathfinder { Pathfinder.defaults with Paths = settings.Climbs }
          Accuracy = settings.Accuracy
          MaxSteps = settings.MaxSteps }

    let private describe (run: RunProgress<BatchAndMatchState, BatchAndMatchInfo>) : InferenceStep =
        let info = RunProgress.last run

        { Iteration = run.Iteration
          Objective = info.Point.Elbo
          StandardError = info.Point.StandardError
          Gain = info.Gain
          Phase = InferencePhase.Steps info.Point.Steps
          Share = nan
          Evaluations = run.Evaluations
          Divergences = 0
          Outcome = ValueOption.toObj run.Outcome }

    /// The inference with its settings.
    let create (settings: BatchAndMatchSettings) : Inference<VariationalFit> =
        { Name = "batch-and-match"
          Start =
            fun target _ rng ->
                let options = options settings target.Density.Dimension

                EngineRun(
                    BatchAndMatch.parts options target.Density,
                    describe,
                    VariationalFit.ofBatchAndMatch options target,
                    rng
                ) }
