namespace Vi.Math

/// Settings of Laplace's method.
type LaplaceSettings =
    {
        /// Climbs from different starting points, at least 1; the highest mode counts.
        Climbs: int
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Laplace's method as it is run from F#, from C# and from experiment files.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module LaplaceInference =

    /// Four climbs.
    let defaults: LaplaceSettings = { Climbs = 4 }

    /// The inference with its settings.
    let create (settings: LaplaceSettings) : Inference<VariationalFit> =
        { Name = "laplace"
          Start =
            fun target _ rng ->
                InferenceOption.atLeast 1 "Climbs" settings.Climbs
                OneShotRun(fun () -> VariationalFit.laplace settings.Climbs target rng) }
