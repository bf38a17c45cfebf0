namespace Vi.Math.Fluent

open System
open System.Collections.Generic

/// How a model is inferred by algorithms that need no more than its log density. Zero, or an empty text, stands for the algorithm's own default.
[<Sealed>]
type InferenceOptions() =

    /// advi, svgd, pathfinder, laplace, nuts or hmc [advi].
    member val Algorithm = "advi" with get, set

    /// advi: mean-field, full-rank, low-rank or sparse-precision; empty: full-rank up to 64 coordinates, mean-field beyond [empty].
    member val Family = "" with get, set

    /// advi, low-rank: number of columns beside the diagonal, no more than the model has coordinates [5, or as many as there are].
    member val Rank = 0 with get, set

    /// advi, sparse-precision: parameters that are paths in time; empty: those with an autoregression for a distribution.
    member val Paths: IReadOnlyList<string> = Array.empty<string> with get, set

    /// advi: draws of a step.
    member val DrawsPerStep = 0 with get, set

    /// advi: empty for automatic steps, or adam, rmsprop, sgd; or lbfgs, with draws that stay fixed (deterministic variational inference),
    /// mean-field; svgd: adam [empty].
    member val Optimizer = "" with get, set

    /// advi with a named optimiser, svgd: the rate.
    member val LearningRate = 0.0 with get, set

    /// advi: rows of a minibatch; 0 reads all rows in every step.
    member val BatchRows = 0 with get, set

    /// advi, svgd: most steps.
    member val MaxSteps = 0 with get, set

    /// advi, svgd: how far the answer may still move, in posterior standard deviations, when it counts as converged; 0 uses up the steps.
    member val Accuracy = Nullable<float>() with get, set

    /// svgd: number of particles.
    member val Particles = 0 with get, set

    /// svgd: linear-gaussian, gaussian, inverse-multiquadric or linear.
    member val Kernel = "" with get, set

    /// pathfinder: number of paths; laplace: number of starts.
    member val Climbs = 0 with get, set

    /// nuts, hmc: number of chains [4].
    member val Chains = 4 with get, set

    /// nuts, hmc: draws of each chain that tune it [1000].
    member val WarmUp = 1000 with get, set

    /// nuts, hmc: draws of each chain after warm-up [1000].
    member val Samples = 1000 with get, set

    /// nuts, hmc: acceptance rate that the step size is tuned to [0.8].
    member val TargetAcceptance = 0.8 with get, set

    /// nuts: most doublings of a trajectory [10].
    member val MaxDepth = 10 with get, set

    /// nuts, hmc: whether the metric is a whole covariance, not its diagonal [false].
    member val DenseMetric = false with get, set

    /// nuts, hmc: whether chains begin at draws of Pathfinder instead of at random [false].
    member val StartFromPathfinder = false with get, set

    /// advi with lbfgs: whether covariances by linear response are computed as well [true].
    member val LinearResponse = true with get, set

    /// Seed of the random stream [42].
    member val Seed = 42UL with get, set

    /// Worker threads; no result depends on it [1].
    member val Threads = 1 with get, set

/// An option that does not go together with the model, or names nothing that is there.
[<Sealed>]
type InferenceOptionException(option: string, message: string) =
    inherit ArgumentException(message)

    /// Name of the option, as `InferenceOptions` has it.
    member _.Option = option
