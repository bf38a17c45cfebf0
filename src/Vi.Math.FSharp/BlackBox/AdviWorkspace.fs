namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// How gradients come about: an evaluator, and how rows are selected for a step.
[<NoComparison; NoEquality>]
type internal AdviSource = { Rows: int; BatchRows: int; Evaluator: unit -> IDensityEvaluator }

/// A block of steps: the state with what steps change, the average of its parameters, and what was seen on the way.
[<Struct>]
type internal AdviBlock =
    { State: AdviState
      Average: Vec
      Point: ElboPoint
      Entropy: float
      BadDraws: int
      Evaluations: float }

/// A block's loop over buffers of its own.
[<Sealed>]
type internal AdviWorkspace(family: VariationalFamily, options: AdviOptions, source: AdviSource) =
    /// A step moves q by no more than this many standard deviations, root mean square over the coordinates.
    let reach = 0.5

    let evaluator = source.Evaluator()
    let workspace = ElboWorkspace(family, options.Estimator, evaluator)
    let direction: float[] = Array.zeroCreate family.ParameterCount

    // The epoch's order of the rows, a function of its key that is worked out once an epoch: a pass over all rows for each minibatch costs more.
    let mutable order: int[] = Array.empty
    let mutable orderKey = 0UL

    let select key place =
        match evaluator with
        | :? IMinibatchEvaluator as minibatch when source.BatchRows > 0 ->
            let count = min source.BatchRows (source.Rows - place)

            if order.Length = 0 || orderKey <> key then
                let struct (permuted, _) = Rng.permutation source.Rows (Rng.ofSeed key)
                order <- permuted
                orderKey <- key

            minibatch.Select(ReadOnlySpan(order, place, count))
            count
        | _ -> source.Rows

    /// Rows of the next step, selected, and the share of a whole minibatch that they are: the last minibatch of an epoch moves q in
    /// proportion to its rows, so that every row has the same weight.
    let take key place =
        let rows = select key place

        let share =
            if source.BatchRows > 0 then
                float rows / float (min source.BatchRows source.Rows)
            else
                1.0

        struct (rows, share)

    /// A step along the gradient that was estimated last.
    let move (state: AdviState) step share (memory: float[]) (theta: float[]) =
        match options.Steps with
        | Automatic ->
            let gradient = ReadOnlySpan workspace.Gradient
            workspace.Family.Natural(gradient, direction.AsSpan())
            let length = state.Rate * sqrt (max 0.0 (LinearAlgebra.Dot(gradient, ReadOnlySpan direction)))
            let limit = reach * sqrt (float family.Dimension)
            let rate = if length > limit then state.Rate * limit / length else state.Rate
            LinearAlgebra.AddScaled(share * rate, ReadOnlySpan direction, theta.AsSpan())
        | FirstOrder optimizer ->
            optimizer.Rule.Apply(int64 (state.Steps + step + 1), workspace.Gradient.AsSpan(), memory.AsSpan())
            LinearAlgebra.AddScaled(share, ReadOnlySpan workspace.Gradient, theta.AsSpan())

    /// So many steps from a state.
    member _.Run(count: int, state: AdviState) : AdviBlock =
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

            let struct (rows, share) = take key place

            if source.BatchRows > 0 then
                place <- if place + rows >= source.Rows then 0 else place + rows

            evaluations <- evaluations + float options.Estimator.Draws * float rows / float (max 1 source.Rows)
            rng <- Rng.fillNormal (workspace.Noise.AsSpan()) rng
            workspace.Estimate(ReadOnlySpan theta)
            bad <- bad + workspace.BadDraws
            elbos[step] <- workspace.Elbo
            weights[step] <- share

            if workspace.BadDraws < options.Estimator.Draws then
                move state step share memory theta

            total <- total + share
            VectorKernel.Blend(share / total, ReadOnlySpan theta, average.AsSpan())

        workspace.Family.Load(ReadOnlySpan theta)
        let mean = Array.fold2 (fun sum w e -> sum + w * e) 0.0 weights elbos / total

        { State =
            { state with
                Parameters = Vec.wrap theta
                Optimizer = Vec.wrap memory
                Rng = rng
                Steps = state.Steps + count
                RowKey = key
                RowPlace = place }
          Average = Vec.wrap average
          Point = ElboPoint.ofEstimates (state.Steps + count) mean elbos
          Entropy = workspace.Family.Entropy()
          BadDraws = bad
          Evaluations = evaluations }
