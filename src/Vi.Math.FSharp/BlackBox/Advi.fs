namespace Vi.Math.FSharp

open System
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

    /// Sixteen draws as eight pairs, sticking the landing, automatic steps from Pathfinder's start, all rows, averages that move by less
    /// than 0.05 posterior standard deviations, at most 40000 steps.
    let defaults: AdviOptions =
        { Estimator = { Draws = 16; Antithetic = true; Entropy = StickingTheLanding }
          Steps = Automatic
          Start = FromPathfinder Pathfinder.defaults
          BatchRows = 0
          Accuracy = 0.05
          MaxSteps = 40000 }

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

    /// The member of a family that is nearest to a path's normal.
    let private ofPath (family: VariationalFamily) (normal: CurvatureNormal) : Vec =
        let factor =
            family.OfCovariance
            |> ValueOption.bind (fun build ->
                Chol.tryFactor (CurvatureNormal.covariance normal) |> ValueOption.map (build normal.Mean))

        match factor with
        | ValueSome parameters -> parameters
        | ValueNone -> family.Start normal.Mean (CurvatureNormal.standardDeviations normal)

    /// Parameters to start from, and what finding them took and showed.
    let internal startParameters (family: VariationalFamily) (start: AdviStart) (density: LogDensity) (rng: Rng) =
        match start with
        | FromNormal(mean, sds) -> struct (family.Start mean sds, RunProgress.given)
        | FromPathfinder options ->
            let result = Pathfinder.run options density rng

            let parameters =
                match Pathfinder.best result with
                | ValueSome path -> ofPath family path.Best
                | ValueNone -> family.Start (Vec.zero family.Dimension) (Vec.constant family.Dimension 1.0)

            struct (parameters, { Evaluations = result.Evaluations; Ends = result.Paths |> Array.map _.End })

    /// Steps of a block: an epoch of minibatches, where that is not too long.
    let private blockLength (options: AdviOptions) rows =
        if options.BatchRows > 0 then
            min longestBlock ((rows + options.BatchRows - 1) / options.BatchRows)
        else
            blockSteps

    /// Whether a block went astray, or its parameters are not finite.
    let private isAstray (family: VariationalFamily) (state: AdviState) (block: AdviBlock) draws =
        not (Vec.isFinite block.State.Parameters)
        || RateVerdict.isAstray family state.BestElbo block.Point block.BadDraws draws

    /// What the averages say after a block: a new rate, or that the answer has settled; and what the bound gained.
    let private judge (family: VariationalFamily) (options: AdviOptions) blockLength (state: AdviState) =
        let automatic = options.Steps.IsAutomatic

        let enough blocks =
            let steps = blocks * blockLength
            steps >= 100 && (not automatic || float steps * state.Rate >= 4.0)

        match RateVerdict.judge family options.Accuracy enough state.Batches state.Earlier with
        | ValueNone -> struct (state, false, nan)
        | ValueSome(Moving settling) -> struct ({ state with Drift = settling.Drift }, false, settling.Gain)
        | ValueSome(AtRest(settling, _)) when not automatic ->
            struct ({ state with Drift = settling.Drift }, options.Accuracy > 0.0, settling.Gain)
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

    /// Average parameters: of the later half of the steps at this rate, or those of the rate before while there are few.
    let answer (family: VariationalFamily) (state: AdviState) : Variational =
        { Family = family; Parameters = RateVerdict.average state.Parameters state.Batches state.Earlier }

    /// Stops where the averages have settled, where a block found no finite log p at all, or where the steps are spent.
    let stopRule (options: AdviOptions) : StopRule<AdviInfo> =
        { Judge =
            fun _ info ->
                if info.BadDraws = info.Draws then
                    ValueSome(Diverged(DensityNotFinite info.Point.Steps))
                elif info.Settled then
                    ValueSome(Converged(AveragesSettled(info.Point.Steps, info.Drift, options.Accuracy)))
                elif info.Point.Steps >= options.MaxSteps then
                    ValueSome(
                        if Double.IsFinite info.Point.Elbo then
                            BudgetSpent(RateVerdict.shortfall options.Accuracy info.Point.Steps info.Drift info.Shift)
                        else
                            Diverged(DensityNotFinite info.Point.Steps)
                    )
                else
                    ValueNone }

    /// The state after a block that went astray: back to the best parameters, with half the rate.
    let private back (state: AdviState) (next: AdviState) =
        { next with
            Parameters = state.Best
            Optimizer = Vec.zero state.Optimizer.Length
            Rate = 0.5 * state.Rate
            Batches = BatchMeans.empty
            Earlier = [||] }

    /// The state after a block like any other: its averages count.
    let private onward (state: AdviState) (block: AdviBlock) =
        let elbo = block.Point.Elbo

        { block.State with
            Best = if elbo > state.BestElbo then state.Parameters else state.Best
            BestElbo = max elbo state.BestElbo
            Batches = BatchMeans.add block.Average elbo state.Batches }

    let private stepOf family (options: AdviOptions) length (pool: EvaluatorPool<AdviWorkspace>) (state: AdviState) =
        let count = min length (options.MaxSteps - state.Steps) |> max 1
        let block = pool.Use(fun workspace -> workspace.Run(count, state))
        let draws = count * options.Estimator.Draws

        let struct (next, settled, gain) =
            if isAstray family state block draws then
                struct (back state block.State, false, nan)
            else
                onward state block |> judge family options length

        struct (next,
                { Point = block.Point
                  Entropy = block.Entropy
                  Gain = gain
                  Drift = next.Drift
                  Shift = next.Shift
                  Rate = state.Rate
                  Settled = settled
                  BadDraws = block.BadDraws
                  Draws = draws
                  Evaluations = block.Evaluations })

    /// The first state at parameters.
    let private at (options: AdviOptions) (family: VariationalFamily) rows (parameters: Vec) (rng: Rng) : AdviState =
        { Parameters = parameters
          Optimizer =
            match options.Steps with
            | Automatic -> Vec.zero 0
            | FirstOrder optimizer -> Optimizer.init family.ParameterCount optimizer
          Rng = rng
          Steps = 0
          RowKey = 0UL
          RowPlace = 0
          Rate = firstRate family options rows
          Batches = BatchMeans.empty
          Earlier = [||]
          Best = parameters
          BestElbo = Double.NegativeInfinity
          Drift = infinity
          Shift = infinity }

    let private create
        (options: AdviOptions)
        (family: VariationalFamily)
        (density: LogDensity)
        (source: AdviSource)
        : RunParts<AdviState, AdviInfo> =
        if family.Dimension <> density.Dimension then
            invalidArg
                (nameof family)
                $"a family in {family.Dimension} dimensions does not fit a density in {density.Dimension}"

        if options.MaxSteps < 1 then
            invalidArg (nameof options) $"a fit needs at least one step, not {options.MaxSteps}"

        let pool = EvaluatorPool(fun () -> AdviWorkspace(family, options, source))
        let length = blockLength options source.Rows

        { Begin =
            fun rng ->
                let struct (rng, starts) = Rng.split rng
                let struct (parameters, report) = startParameters family options.Start density starts
                struct (report, at options family source.Rows parameters rng)
          Step = stepOf family options length pool
          Rule = stopRule options
          Evaluations = fun info -> info.Evaluations }

    /// A run on a density.
    let parts (options: AdviOptions) (family: VariationalFamily) (density: LogDensity) : RunParts<AdviState, AdviInfo> =
        create { options with BatchRows = 0 } family density { Rows = 1; BatchRows = 0; Evaluator = density.Evaluator }

    /// A run on a density whose likelihood is a sum over rows, by minibatches where the options say so: every row once an epoch, in a new
    /// random order.
    let partsOfRows
        (options: AdviOptions)
        (family: VariationalFamily)
        (density: RowDensity)
        : RunParts<AdviState, AdviInfo> =
        if options.BatchRows <= 0 || options.BatchRows >= density.Rows then
            parts options family density.Whole
        else
            create
                options
                family
                density.Whole
                { Rows = density.Rows
                  BatchRows = options.BatchRows
                  Evaluator = fun () -> density.Minibatch() :> IDensityEvaluator }

    /// The engine on a density.
    let engine
        (options: AdviOptions)
        (family: VariationalFamily)
        (density: LogDensity)
        : Engine<AdviState, AdviInfo, Variational> =
        parts options family density |> RunProgress.engine "advi" (answer family)

    /// The engine on a density whose likelihood is a sum over rows.
    let engineOfRows
        (options: AdviOptions)
        (family: VariationalFamily)
        (density: RowDensity)
        : Engine<AdviState, AdviInfo, Variational> =
        partsOfRows options family density |> RunProgress.engine "advi" (answer family)

    /// What drift and shift check of the averages, from the last block's report.
    let checks (options: AdviOptions) (info: AdviInfo) : Check list =
        RateVerdict.checks options.Accuracy info.Settled info.Drift info.Shift
