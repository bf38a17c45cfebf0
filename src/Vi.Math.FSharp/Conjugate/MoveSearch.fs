namespace Vi.Math

/// Proposes other global factors than those that coordinate ascent has come to, from the statistics at these and the factors themselves:
/// the most promising first, each made when it is asked for.
type MoveProposal<'statistics, 'globals> = 'statistics -> 'globals -> 'globals seq

/// What the next step of coordinate ascent with moves needs.
type MovingState<'globals> =
    {
        /// The ascent's own state.
        Ascent: AcceleratedState<'globals>
        /// Whether no proposal from about here led higher, so that none is tried again.
        Searched: bool
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Coordinate ascent that leaves local optima: where its sweeps gain little, it tries other factors (components merged, split or both; Ueda,
/// Nakano, Ghahramani and Hinton 2000, SMEM), climbs from each for a few sweeps, and goes on from the first whose bound is higher. A move is
/// taken only where the bound rises, so that the bound never falls.
[<RequireQualifiedAccess>]
module MoveSearch =

    /// Name of the moves' entry in the ledger of gains.
    [<Literal>]
    let Ledger = "moves"

    /// Nats that a sweep gains where moves are tried: less is at stake within this optimum than between optima, which differ by several nats.
    let private smallGain = 0.1

    /// Nats by which a move must lead higher: differences below are the same optimum, not yet quite reached.
    let private leastGain = 0.01

    /// Most sweeps for which a proposal is followed.
    let private trialSweeps = 12

    /// A proposal is given up where it is further below than so many sweeps as the last would gain.
    let private patience = 10.0

    /// Where ascent from the proposal comes to within the trial, if that is above the bound to beat.
    let private climb
        (read: 'globals -> 'statistics)
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (toBeat: float)
        (proposal: 'globals)
        : CaviState<'globals> voption =
        let rec follow sweep previous globals =
            let statistics = read globals
            let elbo = (model.Elbo statistics globals).Value

            if elbo > toBeat then
                ValueSome { Globals = globals; Elbo = elbo }
            elif sweep = trialSweeps || not (toBeat - elbo <= patience * (elbo - previous)) then
                ValueNone
            else
                (globals, model.Updates)
                ||> List.fold (fun globals update -> update.Update statistics globals)
                |> follow (sweep + 1) elbo

        follow 0 -infinity proposal

    /// The engine of coordinate ascent with moves, from a start that may depend on a random generator.
    let engine
        (accelerate: bool)
        (batches: IBatches<'batch>)
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (propose: MoveProposal<'statistics, 'globals>)
        (init: Rng -> CaviState<'globals>)
        : Engine<MovingState<'globals>, SweepInfo, 'globals> =
        let ascent = Acceleration.engine accelerate batches model init
        let read = Cavi.statistics batches model

        let attempt (state: CaviState<'globals>) =
            propose (read state.Globals) state.Globals
            |> Seq.tryPick (fun proposal ->
                match climb read model (state.Elbo + leastGain) proposal with
                | ValueSome higher -> Some higher
                | ValueNone -> None)

        let moved (before: CaviState<'globals>) (info: SweepInfo) (after: CaviState<'globals>) =
            let gain = after.Elbo - before.Elbo
            let elbo = model.Elbo (read after.Globals) after.Globals

            { info with
                Elbo = elbo
                Gain = info.Gain + gain
                Change = info.Change + sqrt (2.0 * max 0.0 (model.Divergence after.Globals before.Globals))
                Ledger = info.Ledger @ [ { Factor = Ledger; Gain = gain } ] }

        { Name = ascent.Name
          Init = fun rng -> { Ascent = ascent.Init rng; Searched = false }
          Step =
            fun state ->
                let struct (next, info) = ascent.Step state.Ascent
                let still = { info with Ledger = info.Ledger @ [ { Factor = Ledger; Gain = 0.0 } ] }

                if state.Searched || not (abs info.Gain <= smallGain) then
                    struct ({ state with Ascent = next }, still)
                else
                    match attempt next.Ascent with
                    | Some higher ->
                        struct ({ Ascent = Acceleration.startAt higher; Searched = false },
                                moved next.Ascent info higher)
                    | None -> struct ({ Ascent = next; Searched = true }, still)
          Answer = fun state -> state.Ascent.Ascent.Globals }
