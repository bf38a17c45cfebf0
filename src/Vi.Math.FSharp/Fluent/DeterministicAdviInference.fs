namespace Vi.Math.Fluent

open System
open Vi.Math
open Vi.Math.FSharp

/// Deterministic variational inference: a mean-field normal fitted to draws that stay fixed, by L-BFGS, with covariances by linear response.
[<Sealed>]
type DeterministicAdviInference() =
    inherit Inference()

    /// Draws that stay fixed; an odd number is rounded up, as draws come in mirrored pairs [30].
    member val Draws = Nullable<int>() with get, set

    /// Most iterations of L-BFGS [2000].
    member val MaxIterations = Nullable<int>() with get, set

    /// Whether covariances by linear response are computed as well [true].
    member val LinearResponse = DeterministicAdviInference.defaults.LinearResponse with get, set

    /// Paths of the Pathfinder run that the fit starts from [4].
    member val Climbs = Nullable<int>() with get, set

    member private this.Settings: DeterministicAdviSettings =
        let standard = DeterministicAdviInference.defaults

        { Draws = Settings.given standard.Draws this.Draws
          MaxIterations = Settings.given standard.MaxIterations this.MaxIterations
          LinearResponse = this.LinearResponse
          Climbs = Settings.given standard.Climbs this.Climbs }

    override _.Name = "advi"

    override this.Begin(model, seed, threads) =
        Settings.start (DeterministicAdviInference.create this.Settings) ModelAnswers.ofResponse model seed threads
