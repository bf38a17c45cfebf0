namespace Vi.Math

/// How stochastic inference goes through the data.
type SviOptions =
    {
        /// Rows of a minibatch, at least 1; the last one of an epoch has those that are left.
        BatchRows: int64
        /// The step of each minibatch.
        Rate: LearningRate
        /// Whether each epoch ends with one more pass that computes the whole bound; otherwise the bound is estimated from minibatches.
        WholeBound: bool
    }

/// What the next epoch needs.
type SviState<'globals> =
    {
        /// The global factors.
        Globals: 'globals
        /// The bound at these globals, or its estimate where the whole bound is not computed.
        Elbo: float
        /// Minibatches so far.
        Steps: int64
        /// Averages behind the adaptive rate.
        Averages: GradientAverages
        /// Generator of the next epoch's order.
        Rng: Rng
    }

/// What a reader wants to know of one epoch.
type SviInfo =
    {
        /// The bound after the epoch, gain over the epoch before, and how far the epoch moved the factors. An epoch of minibatches may lower
        /// the bound.
        Sweep: SweepInfo
        /// What a sweep of coordinate ascent over all rows would gain from here, in nats, and how far it would move the factors, in
        /// posterior standard deviations: how far this is from an optimum, whatever the noise. Not numbers where the whole bound is not
        /// computed.
        Remaining: struct (float * float)
        /// The bound within the epoch.
        Estimates: ElboEstimate[]
        /// The last minibatch's step.
        Step: float
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Stochastic variational inference with natural gradients (Hoffman, Blei, Wang and Paisley 2013): each minibatch's statistics stand for
/// all rows, and the global factors go a part of the way, in natural parameters, to the optimum that they give. A step of the engine is
/// an epoch, in which every row is read once.
[<RequireQualifiedAccess>]
module Svi =

    /// Stretches of an epoch over which the bound is estimated.
    let private stretches = 20

    /// The factors at the optimum that these statistics give, one after the other.
    let target (model: StochasticModel<'statistics, 'globals>) (data: Scaled<'statistics>) (globals: 'globals) =
        (globals, model.Model.Updates)
        ||> List.fold (fun globals update -> update.Update data.Statistics globals)

    /// The bound's estimate from a minibatch: unbiased, as the bound is linear in the statistics.
    let elbo (model: StochasticModel<'statistics, 'globals>) (data: Scaled<'statistics>) (globals: 'globals) : Elbo =
        model.Model.Elbo data.Statistics globals

    /// One minibatch: the state after it, the step made, and the bound's estimate before it. The ragged last minibatch of an epoch moves
    /// the factors in proportion to its rows, so that every row has the same weight.
    let advance
        (options: SviOptions)
        (model: StochasticModel<'statistics, 'globals>)
        (state: SviState<'globals>)
        (batch: Minibatch)
        =
        let data = Minibatch.statistics model state.Globals batch
        let optimum = target model data state.Globals

        let gradient () = Vec.subtract (model.NaturalParameters optimum) (model.NaturalParameters state.Globals)

        let steps = state.Steps + 1L
        let struct (rho, averages) = LearningRate.next options.Rate steps gradient state.Averages
        let rho = rho * float data.Rows / float (min options.BatchRows data.Total)

        struct ({ state with Globals = model.Blend rho state.Globals optimum; Steps = steps; Averages = averages },
                rho,
                elbo model data state.Globals)

    /// The mean of estimates weighted by their rows, term by term.
    let private mean (estimates: struct (Elbo * int64)[]) : Elbo =
        let rows = estimates |> Array.sumBy (fun (struct (_, rows)) -> float rows)
        let struct (first, _) = estimates[0]

        { Inflation = first.Inflation
          Terms =
            first.Terms
            |> List.mapi (fun i term ->
                { term with
                    Value =
                        estimates
                        |> Array.sumBy (fun (struct (elbo, count)) -> float count / rows * elbo.Terms[i].Value) }) }

    let private summary passes (estimates: struct (Elbo * int64)[]) : ElboEstimate =
        let value = (mean estimates).Value
        let n = float estimates.Length

        let squares =
            estimates |> Array.sumBy (fun (struct (elbo, _)) -> (elbo.Value - value) * (elbo.Value - value))

        { Passes = passes
          Value = value
          StandardError = if n > 1.0 then sqrt (squares / (n - 1.0) / n) else nan }

    /// The first state at given globals.
    let start
        (options: SviOptions)
        (rows: Rows)
        (model: StochasticModel<'statistics, 'globals>)
        (globals: 'globals)
        (rng: Rng)
        : SviState<'globals> =
        { Globals = globals
          Elbo = if options.WholeBound then (Cavi.start rows model.Model globals).Elbo else nan
          Steps = 0L
          Averages = LearningRate.start
          Rng = rng }

    /// The bound and what a sweep of coordinate ascent would still gain, from one pass over all rows.
    let private whole rows (model: StochasticModel<'statistics, 'globals>) globals =
        let statistics = Cavi.statistics rows model.Model globals
        let elbo = model.Model.Elbo statistics globals
        let struct (next, bound, _) = Cavi.updateAll model.Model statistics globals elbo

        struct (elbo, struct (bound.Value - elbo.Value, sqrt (2.0 * max 0.0 (model.Model.Divergence next globals))))

    let private epoch options (rows: Rows) (model: StochasticModel<'statistics, 'globals>) (state: SviState<'globals>) =
        let struct (batches, rng) = Minibatch.epoch options.BatchRows rows state.Rng
        let estimates = ResizeArray()
        let stretch = ResizeArray()
        let mutable seen = 0L
        let mutable next = { state with Rng = rng }
        let mutable step = 0.0
        let mutable last = Elbo.ofTerms []

        for batch in batches do
            let struct (after, rho, elbo) = advance options model next batch
            next <- after
            step <- rho
            seen <- seen + batch.Rows.Count
            stretch.Add(struct (elbo, batch.Rows.Count))

            if seen * int64 stretches / rows.Count > int64 estimates.Count || seen = rows.Count then
                let read = stretch.ToArray()
                estimates.Add(summary (float seen / float rows.Count) read)
                last <- mean read
                stretch.Clear()

        let struct (elbo, remaining) =
            if options.WholeBound then
                whole rows model next.Globals
            else
                struct (last, struct (nan, nan))

        struct ({ next with Elbo = elbo.Value },
                { Sweep =
                    { Elbo = elbo
                      Gain = elbo.Value - state.Elbo
                      Change = sqrt (2.0 * max 0.0 (model.Model.Divergence next.Globals state.Globals))
                      Ledger = []
                      Passes = 1 }
                  Remaining = remaining
                  Estimates = estimates.ToArray()
                  Step = step })

    /// The engine, from globals that may depend on a random generator; a step is an epoch.
    let engine
        (options: SviOptions)
        (rows: Rows)
        (model: StochasticModel<'statistics, 'globals>)
        (init: Rng -> 'globals)
        : Engine<SviState<'globals>, SviInfo, 'globals> =
        if options.BatchRows < 1L then
            invalidArg (nameof options) $"a minibatch needs at least one row, not {options.BatchRows}"

        { Name = "svi"
          Init =
            fun rng ->
                let struct (rng, orders) = Rng.split rng
                start options rows model (init rng) orders
          Step = epoch options rows model
          Answer = fun state -> state.Globals }

    /// Stops where a sweep of coordinate ascent over all rows would gain no more than the tolerance (nats; 0 never stops for this) and
    /// move the factors by no more than a tenth of its square root, where a term is not finite, or where the epochs are spent. Two epochs
    /// with the same bound are not taken for convergence: steps that shrink, or noise, can do that.
    let stopRule (tolerance: float) (epochs: int) : StopRule<SviInfo> =
        let judge iteration (info: SviInfo) =
            let struct (gain, change) = info.Remaining

            match info.Sweep.Elbo.Terms |> List.tryFind (fun term -> not (Double.IsFinite term.Value)) with
            | Some term -> ValueSome(Diverged(TermNotFinite(iteration, term.Name)))
            | None when tolerance > 0.0 && gain <= tolerance && change <= 0.1 * sqrt tolerance ->
                ValueSome(Converged(SweepWouldGain(iteration, gain, change)))
            | None -> ValueNone

        let spent epochs (info: SviInfo) =
            let struct (gain, _) = info.Remaining
            BudgetSpent(if Double.IsNaN gain then EpochsUnchecked epochs else EpochsSpent(epochs, gain))

        StopRule.firstOf [ { Judge = judge }; StopRule.budget epochs spent ]
