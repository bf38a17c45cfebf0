namespace Vi.Math.FSharp

open System
open Vi.Math

/// Coordinate ascent variational inference (Bishop 2006, 10.1; Blei, Kucukelbir and McAuliffe 2017): each factor in turn is set to its
/// optimum given the others, so the bound never falls.
[<RequireQualifiedAccess>]
module Cavi =

    /// Statistics of all data under the given globals.
    let statistics
        (batches: IBatches<'batch>)
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (globals: 'globals)
        =
        match model.Data with
        | Fixed statistics -> batches.Fold(model.Monoid, statistics)
        | Local(_, statistics) -> statistics globals batches

    /// Every global factor put to its optimum in turn, with what each gained over the bound before it.
    let updateAll
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (statistics: 'statistics)
        (globals: 'globals)
        (elbo: Elbo)
        =
        (struct (globals, elbo, []), model.Updates)
        ||> List.fold (fun (struct (globals, elbo, ledger)) update ->
            let globals = update.Update statistics globals
            let next = model.Elbo statistics globals

            let gain = { Factor = update.Factor; Gain = next.Value - elbo.Value }

            struct (globals, next, gain :: ledger))
        |> fun (struct (globals, elbo, ledger)) -> struct (globals, elbo, List.rev ledger)

    /// The first state at given globals: the bound they have with statistics that are right for them, which a reader gives.
    let startFrom
        (read: 'globals -> 'statistics)
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (globals: 'globals)
        =
        { Globals = globals; Elbo = (model.Elbo (read globals) globals).Value }

    /// The first state at given globals, from one pass over all data.
    let start (batches: IBatches<'batch>) (model: ConjugateModel<'batch, 'statistics, 'globals>) (globals: 'globals) =
        startFrom (statistics batches model) model globals

    /// Statistics of all data as a function of the globals that remembers what it read last: statistics that no factor changes are read
    /// once, on first use, and those that a start was made from serve the first sweep as well.
    let reader (batches: IBatches<'batch>) (model: ConjugateModel<'batch, 'statistics, 'globals>) =
        match model.Data with
        | Fixed _ ->
            let once = lazy (statistics batches model model.Prior)
            fun (_: 'globals) -> once.Value
        | Local _ ->
            // State, so that the start's pass serves the first sweep: statistics in the engine's state would take one pass more, after the last
            // sweep. One reference, replaced as a whole: whoever reads it sees globals with their own statistics.
            let latest: ('globals * 'statistics) voption ref = ref ValueNone

            fun globals ->
                match latest.Value with
                | ValueSome(known, read) when obj.ReferenceEquals(known, globals) -> read
                | _ ->
                    let read = statistics batches model globals
                    latest.Value <- ValueSome(globals, read)
                    read

    /// The engine on statistics that a reader gives, from a start that may depend on a random generator.
    let engineFrom
        (read: 'globals -> 'statistics)
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (init: Rng -> CaviState<'globals>)
        : Engine<CaviState<'globals>, SweepInfo, 'globals> =
        let localGain gain =
            match model.Data with
            | Fixed _ -> []
            | Local(factor, _) -> [ { Factor = factor; Gain = gain } ]

        { Name = "cavi"
          Init = init
          Step =
            fun state ->
                let statistics = read state.Globals
                let before = model.Elbo statistics state.Globals

                let struct (globals, elbo, ledger) = updateAll model statistics state.Globals before

                struct ({ Globals = globals; Elbo = elbo.Value },
                        { Elbo = elbo
                          Gain = elbo.Value - state.Elbo
                          Change = sqrt (2.0 * max 0.0 (model.Divergence globals state.Globals))
                          Ledger = localGain (before.Value - state.Elbo) @ ledger
                          Passes = 1 })
          Answer = fun state -> state.Globals }

    /// The engine, from a start that may depend on a random generator.
    let engine
        (batches: IBatches<'batch>)
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (init: Rng -> CaviState<'globals>)
        =
        engineFrom (reader batches model) model init

    /// The engine from given globals, which may depend on a random generator: start and first sweep share one read of the data.
    let engineAt
        (batches: IBatches<'batch>)
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (init: Rng -> 'globals)
        =
        let read = reader batches model
        engineFrom read model (init >> startFrom read model)

    /// Stops where a sweep gains no more than the tolerance (nats; 0 never stops for this) and moves the posterior by no more than a
    /// tenth of its square root (posterior standard deviations), where a term is not finite, where the bound falls by more than rounding,
    /// or where the budget is spent. The bound is flat at its top, so a gain of t nats still allows a move of about sqrt(2 t) standard
    /// deviations; the second condition is what makes the answer as settled as the bound. Neither changes when a constant is added to
    /// log p or when the data's unit changes.
    let stopRule (tolerance: float) (maxIterations: int) : StopRule<SweepInfo> =
        let allowedChange = 0.1 * sqrt tolerance

        let judge iteration (info: SweepInfo) =
            match info.Elbo.Terms |> List.tryFind (fun term -> not (Double.IsFinite term.Value)) with
            | Some term -> ValueSome(Diverged(TermNotFinite(iteration, term.Name)))
            | None when info.Gain < -(Elbo.roundoff info.Elbo) -> ValueSome(Diverged(BoundFell(iteration, -info.Gain)))
            | None when tolerance > 0.0 && info.Gain <= tolerance && info.Change <= allowedChange ->
                ValueSome(Converged(SweepGain(iteration, info.Gain, info.Change)))
            | None -> ValueNone

        StopRule.firstOf
            [ { Judge = judge }
              StopRule.budget maxIterations (fun sweeps info -> Outcome.sweepsSpent sweeps info.Gain) ]
