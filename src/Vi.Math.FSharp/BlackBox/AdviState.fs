namespace Vi.Math

/// Where variational inference begins.
[<NoComparison>]
type AdviStart =
    /// At the best normal of Pathfinder's paths.
    | FromPathfinder of PathfinderOptions
    /// At a mean (D) and standard deviations (D).
    | FromNormal of mean: Vec * sds: Vec

/// How steps are made.
[<NoComparison; NoEquality>]
type AdviSteps =
    /// Natural gradients with a rate that is chosen, and lowered until the answer no longer depends on it.
    | Automatic
    /// A first-order optimiser on the parameters, its iterates averaged.
    | FirstOrder of Optimizer

/// Settings of automatic differentiation variational inference.
[<NoComparison; NoEquality>]
type AdviOptions =
    {
        /// How the bound's gradient is estimated.
        Estimator: ElboEstimator
        /// How steps are made.
        Steps: AdviSteps
        /// Where to begin.
        Start: AdviStart
        /// Rows of a minibatch, at least 1; all rows where it is 0.
        BatchRows: int
        /// How far, in posterior standard deviations, averages may still move when the fit counts as converged; 0 uses up the budget.
        Accuracy: float
        /// Most steps of a fit, each one estimate of the gradient.
        MaxSteps: int
    }

/// What the next block of steps needs.
type AdviState =
    {
        /// Parameters of q (P).
        Parameters: Vec
        /// The optimiser's state.
        Optimizer: Vec
        /// Generator of the draws and of the rows' order.
        Rng: Rng
        /// Steps so far.
        Steps: int
        /// Key of this epoch's order of the rows.
        RowKey: uint64
        /// Place in that order.
        RowPlace: int
        /// The rate of automatic steps.
        Rate: float
        /// Averages at this rate.
        Batches: BatchMeans
        /// The average at the rate before this one: one vector, or none.
        Earlier: Vec[]
        /// Parameters before the best block so far, and the bound's estimate over that block.
        Best: Vec
        BestElbo: float
        /// How far the averages still move, and how far they moved when the rate was lowered; in posterior standard deviations, infinite
        /// before it is known. Averages are judged once in several blocks: the reports of those between repeat it.
        Drift: float
        Shift: float
    }

/// What a reader wants to know of a block of steps.
type AdviInfo =
    {
        /// The bound's estimate over the block.
        Point: ElboPoint
        /// Entropy of q at the end of the block, in nats.
        Entropy: float
        /// Difference between the bounds of the last two quarters of the averages, in nats; not a number where the averages were not
        /// judged.
        Gain: float
        /// See the state.
        Drift: float
        Shift: float
        Rate: float
        /// The answer moves no more than the accuracy allows.
        Settled: bool
        /// Draws of the block at which log p is not finite.
        BadDraws: int
        /// Draws of the block.
        Draws: int
        /// Gradients of log p that the block took; a minibatch counts as its share of the rows.
        Evaluations: float
    }
