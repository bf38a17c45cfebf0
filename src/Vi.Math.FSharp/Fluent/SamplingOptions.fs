namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// log p at a position (D), whose gradient (D) is written; a position where the density is not finite gives minus infinity or NaN.
type LogDensityFunction = delegate of position: ReadOnlySpan<float> * gradient: Span<float> -> float

/// How a Hamiltonian sampler goes on from draw to draw.
type SamplingAlgorithm =
    /// The no-U-turn sampler.
    | NoUTurn = 0
    /// Hamiltonian Monte Carlo with trajectories of given length.
    | Static = 1

/// How and how long to sample.
[<Sealed>]
type SamplingOptions() =

    /// The algorithm [no-U-turn sampler].
    member val Algorithm = SamplingAlgorithm.NoUTurn with get, set

    /// Number of chains, at least 1 [4]; given starts count where there are any.
    member val Chains = 4 with get, set

    /// Draws of each chain that tune the sampler and are thrown away [1000].
    member val WarmUp = 1000 with get, set

    /// Draws of each chain after them, at least 1 [1000].
    member val Draws = 1000 with get, set

    /// Seed of the random stream [42].
    member val Seed = 42UL with get, set

    /// Worker threads; no draw depends on it [1].
    member val Threads = 1 with get, set

    /// Draws of each chain that a step makes before it reports [50].
    member val Block = 50 with get, set

    /// Acceptance rate that the step size is tuned to, between 0 and 1 [0.8].
    member val TargetAcceptance = 0.8 with get, set

    /// Most doublings of a trajectory [10].
    member val MaxDepth = 10 with get, set

    /// Length of static trajectories in the time of the whitened dynamics, where a standard normal has the period 2 pi [pi / 2].
    member val TrajectoryTime = 0.5 * Math.PI with get, set

    /// Whether the metric learns all covariances, not the standard deviations only [false].
    member val DenseMetric = false with get, set

    /// Where chains begin, a position (D) each; empty for random starts [empty].
    member val Starts: IReadOnlyList<IReadOnlyList<float>> = Array.empty with get, set

/// Settings in the core's own types.
module internal SamplingSettings =

    let hamiltonian (options: SamplingOptions) : HamiltonianOptions =
        { HamiltonianChain.noUTurn with
            Trajectory =
                (match options.Algorithm with
                 | SamplingAlgorithm.Static -> Static options.TrajectoryTime
                 | _ -> NoUTurn options.MaxDepth)
            WarmUp = options.WarmUp
            TargetAcceptance = options.TargetAcceptance
            Shape = if options.DenseMetric then Full else Diagonals }

    let starts (options: SamplingOptions) =
        if options.Starts.Count = 0 then
            RandomStarts options.Chains
        else
            GivenStarts(options.Starts |> Seq.map Vec.ofSeq |> Seq.toArray)
