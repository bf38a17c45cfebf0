namespace Vi.Math.Fluent

open System
open Vi.Math
open Vi.Math.FSharp

/// Laplace's method: the normal at the highest mode that is found, with the curvature of log p there.
[<Sealed>]
type LaplaceInference() =
    inherit Inference()

    /// Climbs from different starting points, at least 1 [4].
    member val Climbs = Nullable<int>() with get, set

    override _.Name = "laplace"

    override this.Begin(model, seed, threads) =
        let settings: LaplaceSettings = { Climbs = Settings.given LaplaceInference.defaults.Climbs this.Climbs }

        Settings.start (LaplaceInference.create settings) ModelAnswers.ofFit model seed threads
