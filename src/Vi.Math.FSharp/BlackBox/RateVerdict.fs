namespace Vi.Math

/// What averages of an iterate say of the rate of its steps.
type RateVerdict =
    /// They still move, or too few steps were made at this rate.
    | Moving of Settling
    /// They have come to rest, so far from the average at the rate before this one: infinitely far where there was none.
    | AtRest of Settling * shift: float

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Steps whose rate is kept until the averages of the iterates rest and is then lowered (Welandawe, Andersen, Vehtari and Huggins 2022): the
/// fit has converged when lowering it no longer moves the averages.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module RateVerdict =

    /// By how much a rate is lowered.
    let lowering = 0.25

    /// Accuracies that a shift may have when a rate is lowered. A bias in proportion to the rate leaves a third of the shift, one in
    /// proportion to its root all of it.
    let private shiftAllowed = 2.0

    /// What averages say with an accuracy in posterior standard deviations, whether so many blocks are enough, and the average at the rate
    /// before this one (one vector, or none); nothing where no stretch was completed since they were judged last.
    let judge
        (family: VariationalFamily)
        (accuracy: float)
        (enough: int -> bool)
        (batches: BatchMeans)
        (earlier: Vec[])
        : RateVerdict voption =
        let found =
            if batches.PendingBlocks > 0 then
                ValueNone
            else
                BatchMeans.settling family batches

        found
        |> ValueOption.map (fun settling ->
            if not (enough settling.Blocks) || settling.Drift > accuracy then
                Moving settling
            else
                match earlier with
                | [| earlier |] -> AtRest(settling, BatchMeans.distance family earlier settling.Average)
                | _ -> AtRest(settling, infinity))

    /// Whether a block of so many draws, some of them bad, went astray: its bound is not finite, or lies below the best by more than its noise and
    /// by more than ten nats and a nat per coordinate, or most draws are bad.
    let isAstray (family: VariationalFamily) (best: float) (point: ElboPoint) (bad: int) (draws: int) =
        let noise = if Double.IsFinite point.StandardError then 20.0 * point.StandardError else 0.0

        not (Double.IsFinite point.Elbo)
        || 2 * bad > draws
        || point.Elbo < best - noise - 10.0 - float family.Dimension

    /// Whether averages at rest are the answer: lowering the rate has not moved them. An accuracy of 0 is never reached.
    let isSettled (accuracy: float) (shift: float) = accuracy > 0.0 && shift <= shiftAllowed * accuracy

    /// The average of the later half of the steps at this rate; that of the rate before while there are few; else the iterate itself.
    let average (iterate: Vec) (batches: BatchMeans) (earlier: Vec[]) : Vec =
        match BatchMeans.average batches, earlier with
        | ValueSome average, _ -> average
        | ValueNone, [| earlier |] -> earlier
        | ValueNone, _ -> iterate

    /// Why a run with so many steps has not settled.
    let shortfall (accuracy: float) (steps: int) (drift: float) (shift: float) : Shortfall =
        let allowed = shiftAllowed * accuracy

        if not (Double.IsFinite drift) then
            TooFewStepsToTell steps
        elif drift > accuracy then
            AveragesMoving(steps, drift, accuracy)
        elif Double.IsFinite shift && shift > allowed then
            RateMatters(steps, shift, allowed)
        else
            TooFewStepsToTell steps

    /// What drift and shift check of the averages. Little drift at a single rate shows nothing yet.
    let checks (accuracy: float) (settled: bool) (drift: float) (shift: float) : Check list =
        let allowed = shiftAllowed * accuracy
        let isKnown = settled || Double.IsFinite shift && shift > allowed
        let drift = if isKnown || drift > accuracy then drift else infinity

        [ Check.lenient accuracy CheckId.AveragesDrift drift
          if Double.IsFinite shift then
              Check.lenient allowed CheckId.RateShift shift ]
