namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// Families of normal approximations.
type ApproximationFamily =
    /// Full-rank up to 64 dimensions, mean-field beyond; sparse-precision where paths are given.
    | Automatic = 0
    /// Independent coordinates.
    | MeanField = 1
    /// Any covariance.
    | FullRank = 2
    /// A few shared directions beside independent noise.
    | LowRank = 3
    /// Sparse precision: bands along latent paths, everything else tied to all.
    | SparsePrecision = 4

/// How steps are made from gradients.
type StepRule =
    /// Natural gradients with a rate that is chosen and lowered automatically; Adam where a learning rate is given.
    | Automatic = 0
    | Adam = 1
    | RmsProp = 2
    | Sgd = 3

/// Kernels of Stein variational gradient descent.
type ParticleKernel =
    | LinearAndGaussian = 0
    | Gaussian = 1
    | InverseMultiquadric = 2
    | Linear = 3

/// Settings of black-box inference; every one has a default that needs no tuning.
[<Sealed>]
type BlackBoxOptions() =

    /// Seed of the random stream [42].
    member val Seed = 42UL with get, set

    /// Family of the approximation [automatic].
    member val Family = ApproximationFamily.Automatic with get, set

    /// Shared directions of the low-rank family, at least 1 [5].
    member val Rank = 5 with get, set

    /// Latent paths of the sparse-precision family; coordinates on none are tied to everything [none].
    member val Paths: IReadOnlyList<LatentPath> = Array.empty<LatentPath> with get, set

    /// Draws of one gradient estimate, at least 1 [16].
    member val Draws = Advi.defaults.Estimator.Draws with get, set

    /// Whether draws come in mirrored pairs [true].
    member val Antithetic = Advi.defaults.Estimator.Antithetic with get, set

    /// Whether the entropy's gradient is estimated through the draws alone, without noise at an exact optimum [true].
    member val StickingTheLanding = true with get, set

    /// How steps are made [automatic].
    member val StepRule = StepRule.Automatic with get, set

    /// Learning rate of a rule that is not automatic; 0 for the rule's own, 0.05 for Adam and RMSprop and 0.01 for plain gradients [0].
    member val LearningRate = 0.0 with get, set

    /// Rows of a minibatch; 0 for all rows [0].
    member val BatchRows = 0 with get, set

    /// Most steps, each one gradient estimate or one move of the particles [20000; 2000 for particles].
    member val MaxSteps = 0 with get, set

    /// Most passes through the rows, for minibatches; 0 leaves it to MaxSteps [0].
    member val Epochs = 0 with get, set

    /// How far averages may still move when a fit counts as converged, in posterior standard deviations; 0 uses up the budget [0.05].
    member val Accuracy = Advi.defaults.Accuracy with get, set

    /// Number of particles, at least 2 [100].
    member val Particles = Svgd.defaults.Particles with get, set

    /// Kernel of the particles [linear and Gaussian].
    member val Kernel = ParticleKernel.LinearAndGaussian with get, set

    /// Paths of Pathfinder, or starts of Laplace's method, at least 1 [4].
    member val Starts = Pathfinder.defaults.Paths with get, set

/// What options mean to the algorithms.
module internal BlackBoxSettings =

    let private rate (options: BlackBoxOptions) usual =
        Steady(if options.LearningRate > 0.0 then options.LearningRate else usual)

    let private steps (options: BlackBoxOptions) =
        match options.StepRule with
        | StepRule.Adam -> FirstOrder(Optimizer.adam (rate options 0.05))
        | StepRule.RmsProp -> FirstOrder(Optimizer.rmsProp (rate options 0.05))
        | StepRule.Sgd -> FirstOrder(Optimizer.sgd (rate options 0.01))
        | _ when options.LearningRate > 0.0 -> FirstOrder(Optimizer.adam (Steady options.LearningRate))
        | _ -> Automatic

    let family (options: BlackBoxOptions) dimension : VariationalFamily =
        let sparse () = SparsePrecision.family (SparsityPattern.arrow dimension (List.ofSeq options.Paths))

        match options.Family with
        | ApproximationFamily.MeanField -> MeanField.family dimension
        | ApproximationFamily.FullRank -> FullRank.family dimension
        | ApproximationFamily.LowRank -> LowRank.family dimension options.Rank
        | ApproximationFamily.SparsePrecision when options.Paths.Count = 0 ->
            invalidArg
                (nameof options)
                "the sparse-precision family needs the latent paths: which coordinates follow one another"
        | ApproximationFamily.SparsePrecision -> sparse ()
        | _ when options.Paths.Count > 0 -> sparse ()
        | _ -> VariationalFit.defaultFamily dimension

    let private paths (options: BlackBoxOptions) = { Pathfinder.defaults with Paths = options.Starts }

    let advi (options: BlackBoxOptions) (rows: int) : AdviOptions =
        let batch = if options.BatchRows > 0 then min options.BatchRows rows else 0
        let perEpoch = if batch > 0 then (rows + batch - 1) / batch else 1

        let steps' =
            if options.Epochs > 0 then options.Epochs * perEpoch
            elif options.MaxSteps > 0 then options.MaxSteps
            else Advi.defaults.MaxSteps

        { Estimator =
            { Draws = options.Draws
              Antithetic = options.Antithetic
              Entropy = if options.StickingTheLanding then StickingTheLanding else ClosedForm }
          Steps = steps options
          Start = FromPathfinder(paths options)
          BatchRows = batch
          Accuracy = options.Accuracy
          MaxSteps = steps' }

    let svgd (options: BlackBoxOptions) : SvgdOptions =
        { Svgd.defaults with
            Particles = options.Particles
            Kernel =
                match options.Kernel with
                | ParticleKernel.Gaussian -> Gaussian
                | ParticleKernel.InverseMultiquadric -> InverseMultiquadric
                | ParticleKernel.Linear -> Linear
                | _ -> LinearAndGaussian
            Optimizer =
                match steps options with
                | FirstOrder optimizer -> optimizer
                | AdviSteps.Automatic -> Svgd.defaults.Optimizer
            Start = FromPathfinder(paths options)
            Tolerance = if options.Accuracy > 0.0 then Svgd.defaults.Tolerance else 0.0
            MaxSteps = if options.MaxSteps > 0 then options.MaxSteps else Svgd.defaults.MaxSteps }

    let pathfinder (options: BlackBoxOptions) : PathfinderOptions = paths options
