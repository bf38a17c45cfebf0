namespace Vi.Math

/// Settings of Pathfinder.
type PathfinderSettings =
    {
        /// Paths from different starting points, at least 1.
        Climbs: int
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Pathfinder as it is run from F#, from C# and from experiment files.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module PathfinderInference =

    /// Four paths.
    let defaults: PathfinderSettings = { Climbs = Pathfinder.defaults.Paths }

    /// The inference with its settings.
    let create (settings: PathfinderSettings) : Inference<VariationalFit> =
        { Name = "pathfinder"
          Start =
            fun target _ rng ->
                InferenceOption.atLeast 1 "Climbs" settings.Climbs
                let options = { Pathfinder.defaults with Paths = settings.Climbs }
                OneShotRun(fun () -> VariationalFit.pathfinder options target rng) }
