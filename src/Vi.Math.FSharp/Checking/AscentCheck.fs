namespace Vi.Math.FSharp

open System
open System.Numerics
open Vi.Math

/// Checks a fit of a conjugate model against the posterior that it approximates: where q is the posterior, Gibbs sweeps leave draws of q where they are, in
/// distribution; where they drift, q is off by at least as far (a chain only ever comes nearer to the posterior). The limits of drifting draws are
/// corrected means and standard deviations.
[<RequireQualifiedAccess>]
module AscentCheck =

    /// Fewest draws whose differences say anything, and the fewest that are used where the budget allows more sweeps.
    let private fewestDraws, private usualDraws = 8, 16

    /// Sweeps of each draw before which nothing is said: whether a drift ends cannot be seen from less than three windows.
    let private fewestSweeps = 4

    /// Sweeps before which no check ends, but for lack of budget.
    let private usualSweeps = 16

    let private numbersOf (names: string[]) (isChecked: bool[]) (moved: MovedDraws<'globals>) =
        [| for d in 0 .. names.Length - 1 do
               if isChecked[d] && moved.Sd[d] > 0.0 then
                   d |]

    let private step (moved: MovedDraws<'globals>) (numbers: int[]) (window: MovedWindow) : MovedStep =
        let column (values: Mat) d = Mat.column d values
        let mean d = Sample.mean (column window.Means d)
        let variance d = Sample.mean (column window.Squares d) - mean d * mean d

        { First = window.First
          Last = window.Last
          Drifts = numbers |> Array.map mean
          DriftErrors =
            numbers |> Array.map (fun d -> Sample.sd (column window.Means d) / sqrt (float moved.States.Length))
          SdRatios = numbers |> Array.map (fun d -> sqrt (max 0.0 (variance d))) }

    let private figures (names: string[]) (numbers: int[]) (moved: MovedDraws<'globals>) : StationarityFigures =
        let estimate d =
            let of' window = Stationarity.estimate (List.last moved.Windows) window d

            match moved.Windows with
            | last :: before :: _ -> Stationarity.settled (of' before) (of' last)
            | windows -> of' windows.Head

        let estimates = numbers |> Array.map estimate

        // q's own mean and standard deviation are estimates as well.
        let both (a: float) (b: float) = sqrt (a * a + b * b)

        let number d (e: MovedEstimate) : CheckedNumber =
            let sd = moved.Sd[d]
            let best = sd * exp e.LogSd

            { Name = names[d]
              Mean = moved.Mean[d]
              Sd = sd
              BestMean = moved.Mean[d] + sd * e.Mean
              BestMeanError = sd * e.MeanError
              BestSd = best
              BestSdError = best * e.LogSdError
              Drift = e.Drift
              DriftError = both e.DriftError (moved.MeanError / exp e.LogSd)
              LogRatio = -e.LogSd
              LogRatioError = both e.LogSdError (moved.LogSdErrors[d]) }

        let slowest =
            if numbers.Length = 0 then
                -1
            else
                estimates |> Seq.indexed |> Seq.maxBy (fun (_, e) -> e.Memory) |> fst

        { Numbers = Array.map2 number numbers estimates
          Draws = moved.States.Length
          Sweeps = MovedDraws.sweeps moved
          Memory = if slowest < 0 then 0.0 else estimates[slowest].Memory
          Slowest = if slowest < 0 then "" else names[numbers[slowest]]
          Steps = moved.Windows |> List.rev |> List.map (step moved numbers) |> Array.ofList
          RHat = nan }

    let private verdict (figures: StationarityFigures) =
        if AscentBounds.isStationary figures && Double.IsNaN figures.RHat then
            AscentCheck.Stationary figures
        elif AscentBounds.isMoved figures.Numbers then
            AscentCheck.Moved figures
        else
            AscentCheck.Unclear figures

    /// How many draws, and the most sweeps of each, a power of two.
    let private plan budget =
        let sweeps = max fewestSweeps (1 <<< BitOperations.Log2(uint32 (budget / usualDraws)))
        struct (min (2 * usualDraws - 1) (budget / sweeps), sweeps)

    /// Draws of q moved until it is decided how far q can be trusted, or the budget is spent; with the numbers that are checked, and the first draws.
    let private move threads budget engine values names isChecked (start: int -> MovedDraws<'globals>) =
        let struct (draws, most) = plan budget
        let first: MovedDraws<'globals> = start draws
        let numbers = numbersOf names isChecked first

        let rec go moved =
            let moved = MovedDraws.advance threads engine values moved
            let found = figures names numbers moved
            let isEnough = found.Sweeps >= usualSweeps && AscentBounds.isDecided found

            if isEnough || 2 * found.Sweeps > most then
                struct (found, numbers, first)
            else
                go moved

        go first

    /// Checks a fit, other fits of the same model and data (restarts) given as further places where chains may start.
    let run
        (options: AscentCheckOptions)
        (batches: IBatches<'batch>)
        (model: CheckedModel<'batch, 'statistics, 'globals>)
        (others: 'globals list)
        (q: 'globals)
        (rng: Rng)
        : AscentCheck =
        let budget = if options.IsFull then options.Sweeps / 2 else options.Sweeps

        if budget < fewestDraws * fewestSweeps then
            AscentCheck.NotChecked(CheckOmission.TooFewSweeps options.Sweeps)
        else
            let sweeps = Gibbs.engine batches model.Sampler (fun _ -> q)

            let engine =
                { sweeps with
                    Step =
                        fun state ->
                            let made = sweeps.Step state
                            options.Watch()
                            made }

            let values = MovedDraws.numbersOf model q
            let names = model.Sampler.Names
            let struct (ofDraws, ofChains) = Rng.split rng

            try
                let struct (found, numbers, start) =
                    move options.Threads budget engine values names (model.IsChecked q) (fun draws ->
                        MovedDraws.start draws budget model q ofDraws)

                if options.IsFull then
                    let left = options.Sweeps - found.Draws * found.Sweeps

                    match
                        DispersedChains.run
                            options.Threads
                            left
                            model
                            engine
                            values
                            (q :: others)
                            numbers
                            start
                            ofChains
                    with
                    | Agreeing figures -> AscentCheck.Sampled figures
                    | Disagreeing rHat -> verdict { found with RHat = rHat }
                    | TooShort -> verdict found
                else
                    verdict found
            with :? ArithmeticException ->
                AscentCheck.NotChecked CheckOmission.SweepFailed
