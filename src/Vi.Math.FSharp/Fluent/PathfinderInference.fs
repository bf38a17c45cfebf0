namespace Vi.Math.Fluent

open System
open Vi.Math
open Vi.Math.FSharp

/// Pathfinder: the best normals along several climbs, weighted by importance.
[<Sealed>]
type PathfinderInference() =
    inherit Inference()

    /// Paths from different starting points, at least 1 [4].
    member val Climbs = Nullable<int>() with get, set

    override _.Name = "pathfinder"

    override this.Begin(model, seed, threads) =
        let settings: PathfinderSettings =
            { Climbs = Settings.given PathfinderInference.defaults.Climbs this.Climbs }

        Settings.start (PathfinderInference.create settings) ModelAnswers.ofFit model seed threads
