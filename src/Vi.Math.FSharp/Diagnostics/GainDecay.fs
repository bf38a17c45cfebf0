namespace Vi.Math

open System
open System.Collections.Generic

/// What the decay of a run's gains says of those to come. Coordinate ascent converges linearly: near the optimum each sweep gains `Ratio`
/// times what the one before gained.
[<Sealed>]
type GainDecay private (lastGain: float, ratio: float) =

    static let window = 5

    /// Gain of the last sweep in nats.
    member _.LastGain = lastGain

    /// Geometric mean of the last ratios of successive gains.
    member _.Ratio = ratio

    /// Nats still to be gained: the geometric series LastGain (Ratio + Ratio^2 + ...); infinite where gains do not fall.
    member _.NatsToCome = if ratio < 1.0 then lastGain * ratio / (1.0 - ratio) else infinity

    /// Sweeps until the gain falls below a tolerance in nats; infinite where it will not.
    member _.SweepsUntil(tolerance: float) =
        if lastGain <= tolerance then 0.0
        elif ratio < 1.0 && tolerance > 0.0 then log (tolerance / lastGain) / log ratio
        else infinity

    /// The decay over the last five positive gains; null where there are fewer than two.
    static member Of(gains: IReadOnlyList<float>) : GainDecay | null =
        let mutable first = gains.Count

        while first > 0 && gains.Count - first <= window && gains[first - 1] > 0.0 do
            first <- first - 1

        let steps = gains.Count - 1 - first
        let last = gains.Count - 1

        if steps < 1 then
            null
        else
            GainDecay(gains[last], (gains[last] / gains[first]) ** (1.0 / float steps))

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Judgements of fits by sweeps.
[<RequireQualifiedAccess>]
module SweepJudgement =

    /// Nats still to come below which a fit counts as complete.
    let complete = 0.01

    /// Nats still to come up to which an unfinished fit may be used.
    let usable = 1.0

    /// The nats still to come of a run with these gains: those of a sweep of coordinate ascent from here, where they are known; otherwise by
    /// the gains' decay. Infinite where nothing tells.
    let natsToCome (outcome: Outcome voption) (remaining: float) (gains: float[]) =
        let last = if gains.Length = 0 then nan else gains[gains.Length - 1]

        let isConverged = outcome |> ValueOption.exists (fun outcome -> outcome.IsConverged)

        if outcome |> ValueOption.exists (fun outcome -> outcome.IsDiverged) then
            infinity
        elif not (Double.IsNaN remaining) then
            max 0.0 remaining
        else
            match GainDecay.Of gains with
            | null when last <= 0.0 -> 0.0
            | null when isConverged -> if Double.IsNaN last then 0.0 else last
            | null -> infinity
            // A ratio at 1 within rounding occurs where gains are rounding noise around the tolerance.
            | decay when isConverged && not (Double.IsFinite decay.NatsToCome) -> decay.LastGain
            | decay -> decay.NatsToCome

    /// The judgement of a run: how it ended, what a sweep would still gain where that is known (otherwise not a number), and its gains.
    let ofGains (outcome: Outcome voption) (remaining: float) (gains: float[]) : Judgement =
        let fall =
            match outcome with
            | ValueSome(Diverged(BoundFell(_, fall))) -> fall
            | _ -> 0.0

        Judgement.Of
            [ Check.within usable complete CheckId.RemainingNats (natsToCome outcome remaining gains)
              Check.strict 0.0 CheckId.BoundFall fall ]

    /// What to change in a run of so many sweeps at this tolerance.
    let advice (outcome: Outcome voption) (sweeps: int) (tolerance: float) (judgement: Judgement) : Advice list =
        judgement
        |> Advice.ofFailed (fun check ->
            match check.Id, outcome with
            | CheckId.RemainingNats, ValueNone -> [ Remedy.FinishRun ]
            | CheckId.RemainingNats, ValueSome(Converged _) -> [ Remedy.LowerTolerance(0.01 * tolerance) ]
            | CheckId.RemainingNats, ValueSome(BudgetSpent _) -> [ Remedy.MoreSteps(2 * sweeps) ]
            | _ -> [])
