namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// Draws of a chain's figures, for diagnostics: chains x draws.
type ChainFigures =
    {
        /// R-hat, bulk and tail effective sample size, and the mean's standard error, of each number of each quantity, in the order of the
        /// draws' columns.
        RHat: float[]
        BulkSize: float[]
        TailSize: float[]
        MeanError: float[]
        /// Energy of each draw, chain by chain.
        Energy: float[][]
        /// log p of each draw, chain by chain.
        LogDensity: float[][]
        /// Doublings of each draw's trajectory, chain by chain.
        TreeDepth: int[][]
        /// Whether each draw's trajectory diverged, chain by chain.
        Divergent: bool[][]
        /// E-BFMI of each chain.
        Bfmi: float[]
        /// The step size of each chain.
        StepSize: float[]
        /// Leapfrog steps after warm-up, and in it.
        LeapfrogSteps: int64
        WarmUpLeapfrogSteps: int64
        /// Share of all work that warm-up took: of leapfrog steps, or of sweeps where there are none.
        WarmUpShare: float
    }

    /// Whether the draws come from trajectories, which have energies and can diverge.
    member this.HasTrajectories = this.LeapfrogSteps > 0L

/// What linear response says of a fit with fixed draws.
type CoordinateResponse =
    {
        /// What it came to; null where it was not asked for.
        End: FixedDrawsEnd | null
        /// Covariance of the coordinates on the real line (D x D); null where it is not to be had.
        Covariance: Mat | null
        /// Monte Carlo standard errors of the fit's means, over the choice of the draws (D); empty where there is no covariance.
        MeanErrors: float[]
        /// Draws x numbers of all quantities, as those of the answer, from the normal with the fit's mean and this covariance; empty where
        /// there is none.
        Draws: float[]
    }

/// A normal approximation on the real line.
[<Sealed>]
type NormalFit internal (normal: Variational) =

    /// The family's name, e.g. full-rank.
    member _.Family = normal.Family.Name

    /// Mean of each coordinate (D).
    member _.Mean = Variational.mean normal

    /// Standard deviation of each coordinate (D).
    member _.StandardDeviations = Variational.standardDeviations normal

    /// Covariance of the coordinates (D x D).
    member _.Covariance() : Mat = Variational.covariance normal

    /// log q at a position (D).
    member _.LogDensity(position: Vec) : float = Variational.logDensity normal position

/// What inference found about a model, on the model's own scale.
type ModelAnswer =
    {
        /// The quantities in the columns of the draws.
        Places: QuantityPlace[]
        /// Draws x numbers of all quantities, row by row; chain after chain for a sampler.
        Draws: float[]
        /// Number of draws.
        Count: int
        /// Number of chains that the draws come from; 1 for independent draws.
        Chains: int
        /// The draws as positions on the real line (draws x D), row by row.
        Positions: float[]
        /// log p of the draws on the real line.
        LogDensity: float[]
        /// log q of the draws; empty where there is no q.
        LogApproximation: float[]
        /// True where the draws were resampled by importance weights.
        Corrected: bool
        /// The family, or the algorithm where there is none.
        Approach: string
        /// Whether the answer can be used, and every check of it.
        Judgement: Judgement
        /// What to change where a check failed.
        Advice: IReadOnlyList<Advice>
        /// Mean and standard deviation of each coordinate on the real line; of q where there is one, otherwise of the draws.
        Mean: float[]
        Sd: float[]
        CoordinateNames: string[]
        /// What importance weights told; null where there are none.
        Evidence: WeightEvidence | null
        /// The modes that were found next to the fit; null where none were looked for.
        Modes: ModeReport | null
        /// Whether the answer is a distribution with a density, which has a bound: particles and chains are not.
        HasBound: bool
        /// The bound along the run, with the steps made.
        History: ElboPoint[]
        /// Gradients or values of log p that were evaluated.
        Evaluations: float
        /// The chains' figures; null for other algorithms.
        Sampled: ChainFigures | null
        /// Linear response of deterministic variational inference; null for other algorithms.
        Response: CoordinateResponse | null
        /// The normal that was fitted; null where the answer is not one normal.
        Normal: NormalFit | null
        /// Draws of all quantities resampled by their importance weights (row by row); empty where there are none or they cannot be relied on.
        Resampled: Func<float[]>
        /// The chains' draws of all quantities; null for other algorithms.
        Samples: Samples | null
        /// The draws as CmdStan's CSV, given the model's name: the lines of one file a chain.
        CmdStanCsv: Func<string, string seq[]>
    }

    /// Whether there are weights.
    member this.HasEvidence = not (isNull this.Evidence)

    /// Whether the draws come from chains.
    member this.HasChains = not (isNull this.Sampled)
