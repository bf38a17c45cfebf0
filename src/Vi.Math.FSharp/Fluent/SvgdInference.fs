namespace Vi.Math.Fluent

open System
open Vi.Math
open Vi.Math.FSharp

/// Kernels of Stein variational gradient descent.
type ParticleKernel =
    | LinearAndGaussian = 0
    | Gaussian = 1
    | InverseMultiquadric = 2
    | Linear = 3

/// Stein variational gradient descent (svgd).
[<Sealed>]
type SvgdInference() =
    inherit Inference()

    /// Number of particles, at least 2 [100].
    member val Particles = Nullable<int>() with get, set

    /// Kernel of the particles [linear and Gaussian].
    member val Kernel = ParticleKernel.LinearAndGaussian with get, set

    /// How steps are made [automatic].
    member val StepRule = StepRule.Automatic with get, set

    /// First rate of a named step rule; it falls to a sixth by the last step [0.01].
    member val LearningRate = Nullable<float>() with get, set

    /// Most steps [2000].
    member val MaxSteps = Nullable<int>() with get, set

    /// The force on the particles at which they count as at rest, in the start's standard deviations; 0 uses up the budget [0.02].
    member val Accuracy = Nullable<float>() with get, set

    /// Paths of the Pathfinder run that the particles start from [4].
    member val Climbs = Nullable<int>() with get, set

    member private this.Settings: SvgdSettings =
        let standard = SvgdInference.defaults

        { Particles = Settings.given standard.Particles this.Particles
          Kernel =
            match this.Kernel with
            | ParticleKernel.Gaussian -> Gaussian
            | ParticleKernel.InverseMultiquadric -> InverseMultiquadric
            | ParticleKernel.Linear -> Linear
            | _ -> LinearAndGaussian
          Optimizer = StepRules.optimizer this.StepRule this.LearningRate
          Accuracy = Settings.given standard.Accuracy this.Accuracy
          MaxSteps = Settings.given standard.MaxSteps this.MaxSteps
          Climbs = Settings.given standard.Climbs this.Climbs }

    override _.Name = "svgd"

    override this.Begin(model, seed, threads) =
        Settings.start (SvgdInference.create this.Settings) ModelAnswers.ofFit model seed threads
