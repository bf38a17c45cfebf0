namespace Vi.Math.Fluent

open System
open Vi.Math
open Vi.Math.FSharp

/// Stein variational gradient descent of a model.
[<RequireQualifiedAccess>]
module internal ParticleMethod =

    /// The method, from its options.
    let create (options: InferenceOptions) (model: Model) rng : InferenceMethod =
        let standard = Svgd.defaults

        let kernel =
            match options.Kernel with
            | ""
            | "linear-gaussian" -> LinearAndGaussian
            | "gaussian" -> Gaussian
            | "inverse-multiquadric" -> InverseMultiquadric
            | "linear" -> Linear
            | other ->
                Chosen.refuse
                    (nameof options.Kernel)
                    $"there is no kernel '{other}': linear-gaussian, gaussian, inverse-multiquadric or linear"

        let chosen =
            { standard with
                Particles = Chosen.orDefault standard.Particles options.Particles
                Kernel = kernel
                Optimizer =
                    if options.Optimizer = "" then
                        standard.Optimizer
                    else
                        Chosen.optimizer options (Chosen.orDefault standard.MaxSteps options.MaxSteps)
                Tolerance = Chosen.accuracy standard.Tolerance options
                MaxSteps = Chosen.orDefault standard.MaxSteps options.MaxSteps }

        let density = model.Density

        EngineMethod(
            Svgd.engine chosen density,
            Svgd.stopRule chosen,
            rng,
            (fun step ->
                InferenceStep(
                    step.Iteration,
                    step.Info.LogDensity,
                    nan,
                    nan,
                    $"force {step.Info.Force:g2}",
                    nan,
                    step.Outcome
                )),
            fun outcome state -> Approximation(VariationalFit.ofSvgd chosen density outcome state)
        )
