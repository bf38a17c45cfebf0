namespace Vi.Math.Fluent

open System
open Vi.Math
open Vi.Math.FSharp

/// Batch-and-match (batch-and-match): a full-rank normal whose scores match those of the posterior.
[<Sealed>]
type BatchAndMatchInference() =
    inherit Inference()

    /// Draws of a step, at least 2 [two for each coordinate, from 16 to 128].
    member val Draws = Nullable<int>() with get, set

    /// Most steps, each one batch of gradients [4000].
    member val MaxSteps = Nullable<int>() with get, set

    /// How far averages may still move when the fit counts as converged, in posterior standard deviations; 0 uses up the budget [0.05].
    member val Accuracy = Nullable<float>() with get, set

    /// Paths of the Pathfinder run that the fit starts from [4].
    member val Climbs = Nullable<int>() with get, set

    member private this.Settings: BatchAndMatchSettings =
        let standard = BatchAndMatchInference.defaults

        { Draws = Settings.optional this.Draws
          MaxSteps = Settings.given standard.MaxSteps this.MaxSteps
          Accuracy = Settings.given standard.Accuracy this.Accuracy
          Climbs = Settings.given standard.Climbs this.Climbs }

    override _.Name = "batch-and-match"

    override this.Begin(model, seed, threads) =
        Settings.start (BatchAndMatchInference.create this.Settings) ModelAnswers.ofFit model seed threads
