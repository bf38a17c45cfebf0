namespace Vi.Math.Fluent

open Vi.Math
open Vi.Math.FSharp

/// The choice of algorithms by name.
[<RequireQualifiedAccess>]
module internal InferenceMethods =

    /// The method that the options name; raises InferenceOptionException where they do not go together with the model.
    let create (options: InferenceOptions) (model: Model) : InferenceMethod =
        let rng = Rng.ofSeed options.Seed

        match options.Algorithm with
        | "advi" when options.Optimizer = "lbfgs" -> DeterministicMethod.create options model rng
        | "advi" -> AdviMethod.create options model rng
        | "svgd" -> ParticleMethod.create options model rng
        | "pathfinder" ->
            let standard = Pathfinder.defaults
            let chosen = { standard with Paths = Chosen.orDefault standard.Paths options.Climbs }
            OneShotMethod(fun () -> VariationalFit.pathfinder chosen model.Density rng)
        | "laplace" ->
            OneShotMethod(fun () ->
                let struct (rng, own) = Rng.split rng
                let starts = Chosen.orDefault 4 options.Climbs
                VariationalFit.ofLaplace model.Density (Laplace.run starts model.Density own) rng)
        | "nuts"
        | "hmc" -> ChainMethod.create options model rng
        | other -> Chosen.refuse (nameof options.Algorithm) $"there is no algorithm '{other}' for a log density"
