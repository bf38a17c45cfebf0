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

/// The bound's estimate over a stretch of steps.
type ElboPoint =
    {
        /// Steps made by its end.
        Steps: int
        /// Average estimate, in nats.
        Elbo: float
        /// Its standard error; infinite for a single step.
        StandardError: float
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
        /// Gradients of log p evaluated so far; a minibatch counts as its share of the rows.
        Evaluations: float
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
        /// How often steps went astray and were made again from there with a lower rate.
        Restarts: int
        /// The answer moves no more than the accuracy allows.
        Settled: bool
        /// How far the averages still move, and how far they moved when the rate was lowered; in posterior standard deviations, infinite
        /// before it is known.
        Drift: float
        Shift: float
        /// Places that differ by more than three standard deviations at which the start's paths ended with comparable bounds.
        Modes: int
        /// The largest distance between them, in standard deviations, root mean square over the coordinates.
        ModeDistance: float
        /// The bound's estimates, block by block.
        History: ElboPoint[]
    }

/// What a reader wants to know of a block of steps.
type AdviInfo =
    {
        /// The bound's estimate over the block.
        Point: ElboPoint
        /// Entropy of q at the end of the block, in nats.
        Entropy: float
        /// Difference between the bounds of the last two quarters of the averages, in nats; not a number before it is known.
        Gain: float
        /// See the state.
        Drift: float
        Shift: float
        Rate: float
        Settled: bool
        /// Draws of the block at which log p is not finite.
        BadDraws: int
        /// Draws of the block.
        Draws: int
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Automatic differentiation variational inference. A step of the engine is a block of optimisation steps.
///
/// Automatic steps follow the natural gradient, so that the coordinates' units and, in families that have all normals, their
/// correlations do not matter. The answer is an average over iterates. As in Welandawe, Andersen, Vehtari and Huggins (2022) a rate is kept
/// until the iterates have settled and is then lowered; the fit has converged when lowering it no longer moves the averages. Moves are
/// measured in posterior standard deviations, so that neither units nor a constant added to log p change a verdict, and the bound's fall or
/// rise has no part in it.
[<RequireQualifiedAccess>]
module Advi =

    let private blockSteps = 25
    let private longestBlock = 500

    /// A step moves q by no more than this many standard deviations, root mean square over the coordinates.
    let private reach = 0.5

    /// By how much a rate is lowered.
    let private lowering = 0.25

    /// Accuracies that a shift may have when a rate is lowered. A bias in proportion to the rate leaves a third of the shift, one in
    /// proportion to its root all of it.
    let private shiftAllowed = 2.0

    /// Sixteen draws as eight pairs, sticking the landing, automatic steps from Pathfinder's start, all rows, averages that move by less
    /// than 0.05 posterior standard deviations, at most 20000 steps.
    let defaults: AdviOptions =
        { Estimator = { Draws = 16; Antithetic = true; Entropy = StickingTheLanding }
          Steps = Automatic
          Start = FromPathfinder Pathfinder.defaults
          BatchRows = 0
          Accuracy = 0.05
          MaxSteps = 20000 }

    /// The rate below which steps of a family stay stable: with R independent draws the error E of a shape with F numbers to a column shrinks
    /// in mean square while rate < 2 R / (F + R + 1), the noise of the estimate being in proportion to E; half of it, and no more than
    /// what averages the noise of minibatches, N / M times a posterior's information.
    let internal firstRate (family: VariationalFamily) (options: AdviOptions) (rows: int) =
        let draws = float (ElboGradient.noiseRows options.Estimator)
        let stable = draws / (float family.Freedom + draws + 1.0)

        if options.BatchRows > 0 then
            min stable (0.5 * float options.BatchRows / float (max 1 rows))
        else
            stable

    /// Parameters to start from, evaluations that finding them took, and what the paths showed of several modes.
    let internal startParameters (family: VariationalFamily) (start: AdviStart) (density: LogDensity) (rng: Rng) =
        match start with
        | FromNormal(mean, sds) -> struct (family.Start mean sds, 0, 1, 0.0)
        | FromPathfinder options ->
            let result = Pathfinder.run options density rng

            match Pathfinder.best result with
            | ValueNone ->
                let parameters = family.Start (Vec.zero family.Dimension) (Vec.constant family.Dimension 1.0)
                struct (parameters, result.Evaluations, 0, 0.0)
            | ValueSome path ->
                let normal = path.Best

                let parameters =
                    match family.OfCovariance with
                    | ValueSome build ->
                        match Chol.tryFactor (CurvatureNormal.covariance normal) with
                        | ValueSome factor -> build normal.Mean factor
                        | ValueNone -> family.Start normal.Mean (CurvatureNormal.standardDeviations normal)
                    | ValueNone -> family.Start normal.Mean (CurvatureNormal.standardDeviations normal)

                let struct (modes, distance) = Pathfinder.modes result
                struct (parameters, result.Evaluations, modes, distance)

    /// How gradients come about: an evaluator, and how rows are selected for a step.
    type private Source = { Rows: int; BatchRows: int; Evaluator: unit -> IDensityEvaluator }

    /// A block's loop over buffers of its own.
    type private Room(family: VariationalFamily, options: AdviOptions, source: Source) =
        let evaluator = source.Evaluator()
        let workspace = ElboWorkspace(family, options.Estimator, evaluator)
        let direction: float[] = Array.zeroCreate family.ParameterCount
        let selection: int[] = Array.zeroCreate (max 1 source.BatchRows)

        let select key place =
            match evaluator with
            | :? IMinibatchEvaluator as minibatch when source.BatchRows > 0 ->
                let count = min source.BatchRows (source.Rows - place)

                for i in 0 .. count - 1 do
                    selection[i] <- int (Shuffle.permuted key (int64 source.Rows) (int64 (place + i)))

                minibatch.Select(ReadOnlySpan(selection, 0, count))
                count
            | _ -> source.Rows

        member _.Run(count: int, state: AdviState) =
            let theta = state.Parameters.ToArray()
            let memory = state.Optimizer.ToArray()
            let average: float[] = Array.zeroCreate theta.Length
            let elbos: float[] = Array.zeroCreate count
            let weights: float[] = Array.zeroCreate count
            let mutable rng = state.Rng
            let mutable key = state.RowKey
            let mutable place = state.RowPlace
            let mutable bad = 0
            let mutable evaluations = 0.0
            let mutable total = 0.0

            if options.Steps.IsAutomatic then
                workspace.Family.Load(ReadOnlySpan theta)
                workspace.Family.Condition()

            for step in 0 .. count - 1 do
                if source.BatchRows > 0 && place = 0 then
                    let struct (next, following) = Rng.bits rng
                    key <- next
                    rng <- following

                let rows = select key place
                // The last minibatch of an epoch moves q in proportion to its rows, so that every row has the same weight.
                let share =
                    if source.BatchRows > 0 then
                        place <- if place + rows >= source.Rows then 0 else place + rows
                        float rows / float (min source.BatchRows source.Rows)
                    else
                        1.0

                evaluations <- evaluations + float options.Estimator.Draws * float rows / float (max 1 source.Rows)
                rng <- Noise.fill (workspace.Noise.AsSpan()) rng
                workspace.Estimate(ReadOnlySpan theta)
                bad <- bad + workspace.BadDraws
                elbos[step] <- workspace.Elbo
                weights[step] <- share

                if workspace.BadDraws < options.Estimator.Draws then
                    match options.Steps with
                    | Automatic ->
                        let gradient = ReadOnlySpan workspace.Gradient
                        workspace.Family.Natural(gradient, direction.AsSpan())

                        let length = state.Rate * sqrt (max 0.0 (LinearAlgebra.Dot(gradient, ReadOnlySpan direction)))

                        let limit = reach * sqrt (float family.Dimension)
                        let rate = if length > limit then state.Rate * limit / length else state.Rate
                        LinearAlgebra.AddScaled(share * rate, ReadOnlySpan direction, theta.AsSpan())
                    | FirstOrder optimizer ->
                        let update = workspace.Gradient.AsSpan()
                        optimizer.Rule.Apply(int64 (state.Steps + step + 1), update, memory.AsSpan())
                        LinearAlgebra.AddScaled(share, ReadOnlySpan workspace.Gradient, theta.AsSpan())

                total <- total + share
                VectorKernel.Blend(share / total, ReadOnlySpan theta, average.AsSpan())

            let mean = Array.fold2 (fun sum w e -> sum + w * e) 0.0 weights elbos / total

            let error =
                if count < 2 then
                    infinity
                else
                    let squares = elbos |> Array.sumBy (fun elbo -> (elbo - mean) * (elbo - mean))
                    sqrt (squares / float (count - 1) / float count)

            workspace.Family.Load(ReadOnlySpan theta)

            struct ({ state with
                        Parameters = Vec.wrap theta
                        Optimizer = Vec.wrap memory
                        Rng = rng
                        Steps = state.Steps + count
                        Evaluations = state.Evaluations + evaluations
                        RowKey = key
                        RowPlace = place },
                    Vec.wrap average,
                    { Steps = state.Steps + count; Elbo = mean; StandardError = error },
                    bad,
                    workspace.Family.Entropy())

    /// Steps of a block: an epoch of minibatches, where that is not too long.
    let private blockLength (options: AdviOptions) rows =
        if options.BatchRows > 0 then
            min longestBlock ((rows + options.BatchRows - 1) / options.BatchRows)
        else
            blockSteps

    /// Whether a block went astray: parameters or bound are not finite, or the bound lies below the best by more than its noise and by more
    /// than a nat per coordinate.
    let private isAstray (family: VariationalFamily) (state: AdviState) (next: AdviState) (point: ElboPoint) bad draws =
        let noise = if Double.IsFinite point.StandardError then 20.0 * point.StandardError else 0.0

        not (Vec.isFinite next.Parameters)
        || not (Double.IsFinite point.Elbo)
        || 2 * bad > draws
        || point.Elbo < state.BestElbo - noise - 10.0 - float family.Dimension

    /// What the averages say after a block: a new rate, or that the answer has settled.
    let private judge (family: VariationalFamily) (options: AdviOptions) blockLength (state: AdviState) =
        match BatchMeans.settling family state.Batches with
        | ValueNone -> struct (state, nan)
        | ValueSome settling ->
            let steps = settling.Blocks * blockLength
            let state = { state with Drift = settling.Drift }
            let automatic = options.Steps.IsAutomatic
            let enough = steps >= 100 && (not automatic || float steps * state.Rate >= 4.0)

            if not enough || settling.Drift > options.Accuracy then
                struct (state, settling.Gain)
            elif not automatic then
                struct ({ state with Settled = options.Accuracy > 0.0 }, settling.Gain)
            else
                let shift =
                    match state.Earlier with
                    | [| earlier |] -> BatchMeans.distance family earlier settling.Average
                    | _ -> infinity

                if shift <= shiftAllowed * options.Accuracy && options.Accuracy > 0.0 then
                    struct ({ state with Settled = true; Shift = shift }, settling.Gain)
                else
                    struct ({ state with
                                Rate = lowering * state.Rate
                                Parameters = settling.Average
                                Batches = BatchMeans.empty
                                Earlier = [| settling.Average |]
                                Shift = shift },
                            settling.Gain)

    /// Average parameters: of the later half of the steps at this rate, or those of the rate before while there are few.
    let private answer (family: VariationalFamily) (state: AdviState) : Variational =
        let parameters =
            match BatchMeans.settling family state.Batches, state.Earlier with
            | ValueSome settling, _ -> settling.Average
            | ValueNone, [| earlier |] -> earlier
            | ValueNone, _ -> state.Parameters

        { Family = family; Parameters = parameters }

    let private create (options: AdviOptions) (family: VariationalFamily) (density: LogDensity) (source: Source) =
        if family.Dimension <> density.Dimension then
            invalidArg
                (nameof family)
                $"a family in {family.Dimension} dimensions does not fit a density in {density.Dimension}"

        if options.MaxSteps < 1 then
            invalidArg (nameof options) $"a fit needs at least one step, not {options.MaxSteps}"

        let pool = EvaluatorPool(fun () -> Room(family, options, source))
        let length = blockLength options source.Rows

        let init rng =
            let struct (rng, starts) = Rng.split rng

            let struct (parameters, evaluations, modes, distance) =
                startParameters family options.Start density starts

            { Parameters = parameters
              Optimizer =
                match options.Steps with
                | Automatic -> Vec.zero 0
                | FirstOrder optimizer -> Optimizer.init family.ParameterCount optimizer
              Rng = rng
              Steps = 0
              Evaluations = float evaluations
              RowKey = 0UL
              RowPlace = 0
              Rate = firstRate family options source.Rows
              Batches = BatchMeans.empty
              Earlier = [||]
              Best = parameters
              BestElbo = Double.NegativeInfinity
              Restarts = 0
              Settled = false
              Drift = infinity
              Shift = infinity
              Modes = modes
              ModeDistance = distance
              History = [||] }

        let step (state: AdviState) =
            let count = min length (options.MaxSteps - state.Steps) |> max 1
            let struct (next, average, point, bad, entropy) = pool.Use(fun room -> room.Run(count, state))
            let draws = count * options.Estimator.Draws
            let next = { next with History = Array.append state.History [| point |] }

            let struct (next, gain) =
                if isAstray family state next point bad draws then
                    struct ({ next with
                                Parameters = state.Best
                                Optimizer = Vec.zero state.Optimizer.Length
                                Rate = 0.5 * state.Rate
                                Batches = BatchMeans.empty
                                Earlier = [||]
                                Restarts = state.Restarts + 1 },
                            nan)
                else
                    let improved = point.Elbo > state.BestElbo

                    { next with
                        Best = if improved then state.Parameters else state.Best
                        BestElbo = max point.Elbo state.BestElbo
                        Batches = BatchMeans.add average point.Elbo state.Batches }
                    |> judge family options length

            struct (next,
                    { Point = point
                      Entropy = entropy
                      Gain = gain
                      Drift = next.Drift
                      Shift = next.Shift
                      Rate = state.Rate
                      Settled = next.Settled
                      BadDraws = bad
                      Draws = draws })

        { Name = "advi"; Init = init; Step = step; Answer = answer family }

    /// The engine on a density.
    let engine
        (options: AdviOptions)
        (family: VariationalFamily)
        (density: LogDensity)
        : Engine<AdviState, AdviInfo, Variational> =
        create { options with BatchRows = 0 } family density { Rows = 1; BatchRows = 0; Evaluator = density.Evaluator }

    /// The engine on a density whose likelihood is a sum over rows, by minibatches where the options say so: every row once an epoch, in a new
    /// random order.
    let engineOfRows
        (options: AdviOptions)
        (family: VariationalFamily)
        (density: RowDensity)
        : Engine<AdviState, AdviInfo, Variational> =
        if options.BatchRows <= 0 || options.BatchRows >= density.Rows then
            engine options family density.Whole
        else
            create
                options
                family
                density.Whole
                { Rows = density.Rows
                  BatchRows = options.BatchRows
                  Evaluator = fun () -> density.Minibatch() :> IDensityEvaluator }

    /// The larger of drift and shift, as far as they are known; not a number where neither is.
    let internal change drift shift =
        match Double.IsFinite drift, Double.IsFinite shift with
        | true, true -> max drift shift
        | true, false -> drift
        | false, true -> shift
        | false, false -> nan

    /// Stops where the averages have settled, where a block found no finite log p at all, or where the steps are spent.
    let stopRule (options: AdviOptions) : StopRule<AdviInfo> =
        { Judge =
            fun _ info ->
                let change = change info.Drift info.Shift

                if info.BadDraws = info.Draws then
                    ValueSome(NotFinite(info.Point.Steps, "log p"))
                elif info.Settled then
                    ValueSome(Converged(info.Gain, change))
                elif info.Point.Steps >= options.MaxSteps then
                    ValueSome(BudgetSpent(info.Point.Steps, info.Gain))
                else
                    ValueNone }
