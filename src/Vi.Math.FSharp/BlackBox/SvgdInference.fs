namespace Vi.Math

/// Settings of Stein variational gradient descent.
type SvgdSettings =
    {
        /// Number of particles, at least 2.
        Particles: int
        Kernel: SteinKernel
        /// Adam with a falling rate of its own, or a named optimiser.
        Optimizer: OptimizerChoice voption
        /// The force on the particles at which they count as at rest, in the start's standard deviations; 0 uses up the budget.
        Accuracy: float
        /// Most steps.
        MaxSteps: int
        /// Paths of the Pathfinder run that the particles start from.
        Climbs: int
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Stein variational gradient descent as it is run from F#, from C# and from experiment files.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module SvgdInference =

    /// The engine's own numbers.
    let defaults: SvgdSettings =
        { Particles = Svgd.defaults.Particles
          Kernel = Svgd.defaults.Kernel
          Optimizer = ValueNone
          Accuracy = Svgd.defaults.Tolerance
          MaxSteps = Svgd.defaults.MaxSteps
          Climbs = Pathfinder.defaults.Paths }

    let private options (settings: SvgdSettings) : SvgdOptions =
        InferenceOption.atLeast 2 "Particles" settings.Particles
        InferenceOption.rate "LearningRate" settings.Optimizer
        InferenceOption.notNegative "Accuracy" settings.Accuracy
        InferenceOption.atLeast 1 "MaxSteps" settings.MaxSteps
        InferenceOption.atLeast 1 "Climbs" settings.Climbs

        { Particles = settings.Particles
          Kernel = settings.Kernel
          Optimizer =
            match settings.Optimizer with
            | ValueSome optimizer -> Optimizer.chosen settings.MaxSteps optimizer
            | ValueNone -> Svgd.defaults.Optimizer
          Start = FromPathfinder { Pathfinder.defaults with Paths = settings.Climbs }
          Tolerance = settings.Accuracy
          MaxSteps = settings.MaxSteps }

    let private describe (run: RunProgress<SvgdState, SvgdInfo>) : InferenceStep =
        let info = RunProgress.last run

        { Iteration = run.Iteration
          Objective = info.LogDensity
          StandardError = nan
          Gain = nan
          Phase = InferencePhase.Force info.Force
          Share = nan
          Evaluations = run.Evaluations
          Divergences = 0
          Outcome = ValueOption.toObj run.Outcome }

    /// The inference with its settings.
    let create (settings: SvgdSettings) : Inference<VariationalFit> =
        { Name = "svgd"
          Start =
            fun target _ rng ->
                let options = options settings

                EngineRun(Svgd.parts options target.Density, describe, VariationalFit.ofSvgd options target, rng) }
