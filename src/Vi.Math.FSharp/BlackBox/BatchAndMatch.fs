namespace Vi.Math

/// Settings of batch-and-match.
[<NoComparison>]
type BatchAndMatchOptions =
    {
        /// Draws B of a step, at least 2.
        Draws: int
        /// Where to begin.
        Start: AdviStart
        /// How far, in posterior standard deviations, averages may still move when the fit counts as converged; 0 uses up the budget.
        Accuracy: float
        /// Most steps, each one batch of gradients.
        MaxSteps: int
    }

/// What the next block of steps needs.
type BatchAndMatchState =
    {
        /// Parameters of q in the full-rank family (P).
        Parameters: Vec
        /// Generator of the draws.
        Rng: Rng
        /// Steps so far.
        Steps: int
        /// How far a step goes to the normal that matches its batch, between 0 and 1: lambda / (1 + lambda).
        Rate: float
        /// Averages at this rate.
        Batches: BatchMeans
        /// The average at the rate before this one: one vector, or none.
        Earlier: Vec[]
        /// Parameters before the best block so far, and the bound's estimate over that block.
        Best: Vec
        BestElbo: float
        /// How far the averages still move, and how far they moved when the rate was lowered; in posterior standard deviations, infinite
        /// before it is known.
        Drift: float
        Shift: float
    }

/// What a reader wants to know of a block of steps.
type BatchAndMatchInfo =
    {
        /// The bound's estimate over the block.
        Point: ElboPoint
        /// Difference between the bounds of the last two quarters of the averages, in nats; not a number where they were not judged.
        Gain: float
        /// See the state.
        Drift: float
        Shift: float
        Rate: float
        /// The answer moves no more than the accuracy allows.
        Settled: bool
        /// Draws of the block at which log p or its gradient is not finite.
        BadDraws: int
        /// Draws of the block.
        Draws: int
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Batch-and-match (Cai, Modi, Pillaud-Vivien, Margossian, Gower, Blei and Saul 2024): q becomes the normal whose scores are nearest to
/// those of p at a batch of draws from q, kept near q by a penalty. With draws z_b and scores g_b = grad log p(z_b) a step minimises
///
///     (1 / B) sum_b |grad log q'(z_b) - g_b|^2 in the metric Cov(q')  +  (2 / lambda) KL(q, q')
///
/// in closed form: no step size, and no noise where p is normal. The fixed point has E[g] = 0 and Cov(g) = Cov(q)^-1, which is p where p is
/// normal. All of it is computed in coordinates in which q is standard normal, so that neither units nor correlations matter. Lambda is
/// lowered as `RateVerdict` says.
[<RequireQualifiedAccess>]
module BatchAndMatch =

    /// Steps of a block. Steps forget where they came from within 1 / rate of them, and a rate has at least eight blocks.
    let private blockSteps = 4

    /// Steps of a rate, times the rate: after so many nothing is left of where they began.
    let private forgotten = 4.0

    /// Draws of a step where none are chosen: two for each coordinate, since the scores of more draws than coordinates determine a covariance; 16
    /// where that is less, and 128 where it is more, which makes steps shorter.
    let defaultDraws (dimension: int) = min 128 (max 16 (2 * dimension))

    /// Pathfinder's start, averages that move by less than 0.05 posterior standard deviations, at most 4000 steps.
    let defaults (dimension: int) : BatchAndMatchOptions =
        { Draws = defaultDraws dimension
          Start = FromPathfinder Pathfinder.defaults
          Accuracy = 0.05
          MaxSteps = 4000 }

    /// The first rate: so many draws match B / (B + D) of a covariance in D coordinates, lambda = B / D.
    let private firstRate draws dimension = float draws / float (draws + dimension)

    /// The average row (D) of B rows (B x D).
    let private meanRow (rows: Mat) : Vec =
        let sum = Array.zeroCreate rows.Columns

        for b in 0 .. rows.Rows - 1 do
            LinearAlgebra.AddScaled(
                1.0 / float rows.Rows,
                rows.AsSpan().Slice(b * rows.Columns, rows.Columns),
                sum.AsSpan()
            )

        Vec.wrap sum

    /// Rows A (B + 1 x D) with A'A = lambda C + lambda / (1 + lambda) m m', where C is the covariance (divided by B) and m the mean of rows
    /// (B x D).
    let private spreadRows (lambda: float) (rows: Mat) (mean: Vec) : Mat =
        let scale = sqrt (lambda / float rows.Rows)
        let last = sqrt (lambda / (1.0 + lambda))

        Mat.init (rows.Rows + 1) rows.Columns (fun b c ->
            if b < rows.Rows then scale * (rows[b, c] - mean[c]) else last * mean[c])

    let private gram (rows: Mat) = Mat.multiply (Mat.transpose rows) rows

    /// The solution X of X W X + X = I for W = K'K, K (R x D): 2 (I + (I + 4 W)^(1/2))^-1, by the eigenvectors of the smaller of K'K and K K'. From
    /// those of K K' = E diag(w) E' it is I - K' E diag((1/2 + (w + 1/4)^(1/2))^-2) E' K, the paper's low-rank form.
    let private solveQuadratic (k: Mat) : Mat =
        let d = k.Columns

        if d <= k.Rows then
            let struct (w, vectors) = Mat.symmetricEigen (gram k)
            let root i = sqrt (2.0 / (1.0 + sqrt (1.0 + 4.0 * max 0.0 w[i])))
            let scaled = Mat.init d d (fun i j -> vectors[i, j] * root j)
            Mat.rowProducts scaled scaled
        else
            let struct (w, vectors) = Mat.symmetricEigen (Mat.rowProducts k k)
            let root i = 1.0 / (0.5 + sqrt (max 0.0 w[i] + 0.25))
            let along = Mat.multiply (Mat.transpose vectors) k
            let scaled = Mat.init k.Rows d (fun i j -> root i * along[i, j])
            Mat.subtract (Mat.identity d) (gram scaled)

    /// The step where q is standard normal: the new mean (D) and the factor of the new covariance, from lambda, draws (B x D) and scores of p
    /// there (B x D); nothing where rounding leaves the covariance indefinite. The covariance S solves S U S + S = V with
    /// U = lambda Cov(g) + lambda / (1 + lambda) gg', g the mean score, and V = I + the same of the draws; with V = L L' it is L X L' where
    /// X W X + X = I and W = L' U L. The mean is lambda / (1 + lambda) (S g + z), z the mean draw.
    let matchBatch (lambda: float) (draws: Mat) (scores: Mat) : struct (Vec * Chol) voption =
        let d = draws.Columns
        let drawMean, scoreMean = meanRow draws, meanRow scores

        Mat.add (Mat.identity d) (gram (spreadRows lambda draws drawMean))
        |> Chol.tryFactor
        |> ValueOption.bind (fun v ->
            let lower = v.Lower
            let k = Mat.multiply (spreadRows lambda scores scoreMean) lower

            if not (Mat.isFinite k) then
                ValueNone
            else
                let covariance =
                    Mat.multiply lower (Mat.multiply (solveQuadratic k) (Mat.transpose lower)) |> Mat.symmetrize

                Chol.tryFactor covariance
                |> ValueOption.map (fun factor ->
                    let share = lambda / (1.0 + lambda)
                    let moved = Vec.add (Mat.multiplyVec covariance scoreMean) drawMean
                    struct (Vec.scale share moved, factor)))

    /// The next q from q, lambda, standard normal noise (B x D) of its draws and the scores of p at them (B x D); nothing where rounding leaves
    /// its covariance indefinite.
    let next (lambda: float) (q: Variational) (noise: Mat) (scores: Mat) : Variational voption =
        let factor = FullRank.cholesky q
        let lower = factor.Lower

        matchBatch lambda noise (Mat.multiply scores lower)
        |> ValueOption.map (fun (struct (mean, covariance)) ->
            FullRank.ofCholesky
                (Vec.add (Variational.mean q) (Mat.multiplyVec lower mean))
                (Chol.ofLower (Mat.multiply lower covariance.Lower)))

    /// A batch of draws from q with p's scores, those at which log p or its gradient is not finite left out.
    type private Batch = { Noise: Mat; Scores: Mat; Elbo: float; Bad: int; Rng: Rng }

    let private batch (density: IDensityEvaluator) (q: Variational) count rng : Batch =
        let d = q.Family.Dimension
        let struct (noise, rng) = Variational.noise count q rng
        let draws = Variational.transform q noise
        let values = Array.zeroCreate count
        let gradients = Array.zeroCreate (count * d)
        density.ValuesAndGradients(draws.AsSpan(), values.AsSpan(), gradients.AsSpan())

        let isGood b = Double.IsFinite values[b] && Array.forall Double.IsFinite (Array.sub gradients (b * d) d)

        let good = Array.filter isGood [| 0 .. count - 1 |]
        let kept (all: Mat) = Mat.init good.Length d (fun b c -> all[good[b], c])

        // log p + (|z|^2 - D) / 2 + H averages to the bound, and does not vary where q is exact.
        let control b =
            let z = noise.AsSpan().Slice(b * d, d)
            values[b] + 0.5 * (LinearAlgebra.Dot(z, z) - float d)

        { Noise = kept noise
          Scores = kept (Mat.wrap count d gradients)
          Elbo =
            if good.Length = 0 then
                nan
            else
                Array.averageBy control good + Variational.entropy q
          Bad = count - good.Length
          Rng = rng }

    /// Parameters after one step, which stay where they are while there are too few good draws.
    let private stepOf density (options: BatchAndMatchOptions) rate (q: Variational) rng =
        let batch = batch density q options.Draws rng
        let lambda = rate / (1.0 - rate)

        let moved =
            if batch.Noise.Rows < 2 then
                ValueSome q
            else
                next lambda q batch.Noise batch.Scores

        struct (moved, batch)

    /// A block: q after each of its steps while there is one, and what the batches showed.
    let private block density (options: BatchAndMatchOptions) (family: VariationalFamily) count state =
        let mutable q = ValueSome { Family = family; Parameters = state.Parameters }
        let mutable rng = state.Rng
        let mutable bad = 0
        let bounds = ResizeArray()
        let iterates = ResizeArray()

        for _ in 1..count do
            q
            |> ValueOption.iter (fun here ->
                let struct (moved, batch) = stepOf density options state.Rate here rng
                q <- moved
                rng <- batch.Rng
                bad <- bad + batch.Bad
                bounds.Add batch.Elbo
                moved |> ValueOption.iter (fun moved -> iterates.Add moved.Parameters))

        struct (q, iterates.ToArray(), bounds.ToArray(), bad, rng)

    /// What the averages say after a block: a lower rate, or that the answer has settled; and what the bound gained.
    let private judge (options: BatchAndMatchOptions) family (state: BatchAndMatchState) =
        let enough blocks = float (blocks * blockSteps) * state.Rate >= forgotten

        match RateVerdict.judge family options.Accuracy enough state.Batches state.Earlier with
        | ValueNone -> struct (state, false, nan)
        | ValueSome(Moving settling) -> struct ({ state with Drift = settling.Drift }, false, settling.Gain)
        | ValueSome(AtRest(settling, shift)) when RateVerdict.isSettled options.Accuracy shift ->
            struct ({ state with Drift = settling.Drift; Shift = shift }, true, settling.Gain)
        | ValueSome(AtRest(settling, shift)) ->
            struct ({ state with
                        Rate = RateVerdict.lowering * state.Rate
                        Parameters = settling.Average
                        Batches = BatchMeans.empty
                        Earlier = [| settling.Average |]
                        Drift = settling.Drift
                        Shift = shift },
                    false,
                    settling.Gain)

    /// The fit that a state describes.
    let answer (family: VariationalFamily) (state: BatchAndMatchState) : Variational =
        { Family = family; Parameters = RateVerdict.average state.Parameters state.Batches state.Earlier }

    /// Stops where the averages have settled, where a block found no finite log p at all, or where the steps are spent.
    let stopRule (options: BatchAndMatchOptions) : StopRule<BatchAndMatchInfo> =
        { Judge =
            fun _ info ->
                let steps = info.Point.Steps

                if info.BadDraws = info.Draws then
                    ValueSome(Diverged(DensityNotFinite steps))
                elif info.Settled then
                    ValueSome(Converged(AveragesSettled(steps, info.Drift, options.Accuracy)))
                elif steps >= options.MaxSteps then
                    ValueSome(BudgetSpent(RateVerdict.shortfall options.Accuracy steps info.Drift info.Shift))
                else
                    ValueNone }

    let private advance
        (options: BatchAndMatchOptions)
        family
        (density: IDensityEvaluator)
        (state: BatchAndMatchState)
        =
        let count = min blockSteps (options.MaxSteps - state.Steps) |> max 1
        let struct (q, iterates, bounds, bad, rng) = block density options family count state
        let draws = bounds.Length * options.Draws
        let point = ElboPoint.ofEstimates (state.Steps + count) (Array.average bounds) bounds
        let next = { state with Rng = rng; Steps = state.Steps + count }

        let struct (next, settled, gain) =
            match q with
            | ValueSome q when not (RateVerdict.isAstray family state.BestElbo point bad draws) ->
                { next with
                    Parameters = q.Parameters
                    Best = if point.Elbo > state.BestElbo then state.Parameters else state.Best
                    BestElbo = max point.Elbo state.BestElbo
                    Batches = BatchMeans.add (BatchMeans.mean iterates) point.Elbo state.Batches }
                |> judge options family
            | _ ->
                struct ({ next with
                            Parameters = state.Best
                            Rate = 0.5 * state.Rate
                            Batches = BatchMeans.empty
                            Earlier = [||] },
                        false,
                        nan)

        struct (next,
                { Point = point
                  Gain = gain
                  Drift = next.Drift
                  Shift = next.Shift
                  Rate = state.Rate
                  Settled = settled
                  BadDraws = bad
                  Draws = draws })

    /// A run.
    let parts (options: BatchAndMatchOptions) (density: LogDensity) : RunParts<BatchAndMatchState, BatchAndMatchInfo> =
        if options.Draws < 2 then
            invalidArg (nameof options) $"at least two draws are needed, not {options.Draws}"

        if options.MaxSteps < 1 then
            invalidArg (nameof options) $"a fit needs at least one step, not {options.MaxSteps}"

        let d = density.Dimension
        let family = FullRank.family d
        let pool = EvaluatorPool density.Evaluator

        let start rng =
            let struct (rng, starts) = Rng.split rng
            let struct (parameters, report) = Advi.startParameters family options.Start density starts

            struct (report,
                    { Parameters = parameters
                      Rng = rng
                      Steps = 0
                      Rate = firstRate options.Draws d
                      Batches = BatchMeans.empty
                      Earlier = [||]
                      Best = parameters
                      BestElbo = Double.NegativeInfinity
                      Drift = infinity
                      Shift = infinity })

        { Begin = start
          Step = fun state -> pool.Use(fun density -> advance options family density state)
          Rule = stopRule options
          Evaluations = fun info -> float info.Draws }

    /// The engine.
    let engine
        (options: BatchAndMatchOptions)
        (density: LogDensity)
        : Engine<BatchAndMatchState, BatchAndMatchInfo, Variational> =
        parts options density
        |> RunProgress.engine "batch-and-match" (answer (FullRank.family density.Dimension))

    /// What drift and shift check of the averages, from the last block's report.
    let checks (options: BatchAndMatchOptions) (info: BatchAndMatchInfo) : Check list =
        RateVerdict.checks options.Accuracy info.Settled info.Drift info.Shift
