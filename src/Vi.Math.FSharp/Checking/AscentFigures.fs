namespace Vi.Math

/// Why a fit was not checked against its posterior.
[<RequireQualifiedAccess>]
type CheckOmission =
    /// Nobody asked for it.
    | NotRequested
    /// The budget of Gibbs sweeps does not reach.
    | TooFewSweeps of budget: int
    /// The model has no Gibbs sampler.
    | NoSampler
    /// A sweep from a draw of the fit failed: there the model's numbers have no meaning in double precision.
    | SweepFailed

/// A number that a fit reports against the best estimate of its posterior.
[<Struct>]
type CheckedNumber =
    {
        Name: string
        /// Mean under q.
        Mean: float
        /// Standard deviation under q.
        Sd: float
        /// Best estimate of the posterior mean.
        BestMean: float
        /// Its standard error.
        BestMeanError: float
        /// Best estimate of the posterior standard deviation.
        BestSd: float
        /// Its standard error.
        BestSdError: float
        /// Distance of q's mean from the posterior mean, in posterior standard deviations.
        Drift: float
        /// Its standard error.
        DriftError: float
        /// Logarithm of q's standard deviation over the posterior's.
        LogRatio: float
        /// Its standard error.
        LogRatioError: float
    }

/// Where draws of q have come after some sweeps.
type MovedStep =
    {
        /// First and last sweep of those averaged over.
        First: int
        Last: int
        /// How far each number's mean has moved, in q's standard deviations.
        Drifts: float[]
        /// Standard errors.
        DriftErrors: float[]
        /// Standard deviation of the moved draws over q's.
        SdRatios: float[]
    }

/// What Gibbs sweeps did to draws of q.
type StationarityFigures =
    {
        /// The numbers, with the limits of the moved draws for best estimates.
        Numbers: CheckedNumber[]
        /// Draws of q that were moved.
        Draws: int
        /// Sweeps that each was moved by.
        Sweeps: int
        /// Largest share of where the first sweep took a number that is left over the last half of the sweeps.
        Memory: float
        /// The number that has it.
        Slowest: string
        /// After 1, 2, 3 to 4, 5 to 8, ... sweeps.
        Steps: MovedStep[]
        /// Largest R-hat of chains from dispersed starts that do not agree; not a number where no chains were made.
        RHat: float
    }

/// What chains from dispersed starts say.
type SampledFigures =
    {
        /// The numbers, with the chains' moments for best estimates.
        Numbers: CheckedNumber[]
        Chains: int
        /// Sweeps of each chain, the first half of which is warm-up.
        Sweeps: int
        /// Rank-normalised split R-hat of each number; not a number where it never changes.
        RHats: float[]
        /// Smaller of bulk and tail effective sample size of each number; not a number where it never changes.
        EffectiveSizes: float[]
    }

/// A fit against its posterior.
[<RequireQualifiedAccess>]
type AscentCheck =
    | NotChecked of reason: CheckOmission
    /// Sweeps do not move q by more than a reader would mind.
    | Stationary of StationarityFigures
    /// Sweeps move q.
    | Moved of StationarityFigures
    /// Neither can be said: errors are too large, or the sweeps forget their start too slowly.
    | Unclear of StationarityFigures
    /// Chains from dispersed starts agree: their moments are the reference.
    | Sampled of SampledFigures

/// How much a check may cost.
type AscentCheckOptions =
    {
        /// Gibbs sweeps over all rows, of all draws together.
        Sweeps: int
        /// Whether half of them go into chains from dispersed starts.
        IsFull: bool
        /// Worker threads; no result depends on it.
        Threads: int
        /// Called after each sweep, on the thread that made it. It may raise an exception to end the check, and changes no result.
        Watch: unit -> unit
    }
