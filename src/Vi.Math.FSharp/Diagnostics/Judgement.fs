namespace Vi.Math

open System
open System.Collections.Generic

/// Whether an answer can be used: in this order, the worse the later.
type TrustLevel =
    /// As it is.
    | Reliable
    /// With care.
    | Usable
    /// Not at all.
    | Unreliable

/// What the value of a check is measured in.
[<RequireQualifiedAccess>]
type CheckUnit =
    /// A pure number.
    | Number
    | Nats
    /// Posterior standard deviations.
    | StandardDeviations
    | Draws
    /// A share, from 0 to 1.
    | Share
    /// A number of things.
    | Count

/// What a check measures.
type Measure =
    {
        /// Whether a value above the target is good.
        HigherIsBetter: bool
        Unit: CheckUnit
        /// The best that a passed check can say.
        Best: TrustLevel
    }

/// What can be checked of an answer.
[<RequireQualifiedAccess>]
type CheckId =
    /// Shape of the importance weights' tail (Pareto k-hat).
    | ParetoK
    /// Share of the importance weight beyond the largest weight seen.
    | UnseenWeight
    /// Independent draws that the weighted ones are worth.
    | EffectiveDraws
    /// Share of draws at which log p is finite.
    | ShareInSupport
    /// Share of the probability in modes that the answer leaves out; infinite where there are such and they could not be weighed.
    | OmittedModes
    /// Average variance of the particles by Stein's identity, 1 where it is right; it says nothing of tails.
    | SteinSpread
    /// How far averages of the parameters still drift.
    | AveragesDrift
    /// How far they shifted when the rate was lowered.
    | RateShift
    /// How far a further step would move the fit.
    | StepMove
    /// Force on the particles.
    | ParticleForce
    /// Modes found with the curvature of a maximum.
    | ModeCurvature
    /// Paths that found a normal.
    | FoundPaths
    /// Largest difference between a mean and its importance-weighted estimate.
    | MeanShift
    /// Largest absolute logarithm of an importance-weighted standard deviation over the fit's.
    | SpreadShift
    /// Monte Carlo error of a mean over the choice of the fixed draws.
    | FixedDrawsError
    /// Rank-normalised split R-hat, the largest of all numbers reported.
    | RHat
    /// Smallest bulk or tail effective sample size of all numbers reported.
    | EffectiveSampleSize
    /// Draws whose trajectory diverged.
    | Divergences
    /// Smallest energy Bayesian fraction of missing information of a chain.
    | EnergyBfmi
    /// Coordinates that change along the chains.
    | MovingCoordinates
    /// Draws of each chain.
    | DrawsPerChain
    /// Nats still to be gained.
    | RemainingNats
    /// Nats by which a sweep lowered the bound.
    | BoundFall
    /// Numbers that were checked against the posterior; 0 where the fit was not checked.
    | CheckedNumbers
    /// How far a mean can be from the posterior mean, Monte Carlo error included.
    | DriftOfMeans
    /// How far a mean is shown to be from it, the Monte Carlo error taken off.
    | DriftOfMeansShown
    /// The factor by which a standard deviation can differ from the posterior's, Monte Carlo error included.
    | RatioOfSds
    /// The factor by which a standard deviation is shown to be too small, the Monte Carlo error taken off.
    | RatioOfSdsShown
    /// Share of their starts that draws of the fit keep over the last half of the Gibbs sweeps that move them.
    | KeptStart

    /// The registry: what each check measures.
    member this.Measure =
        let lower unit = { HigherIsBetter = false; Unit = unit; Best = Reliable }
        let higher unit = { HigherIsBetter = true; Unit = unit; Best = Reliable }

        match this with
        | ParetoK
        | SpreadShift
        | RatioOfSds
        | RatioOfSdsShown
        | RHat -> lower CheckUnit.Number
        | KeptStart
        | OmittedModes
        | UnseenWeight -> lower CheckUnit.Share
        | EffectiveDraws
        | EffectiveSampleSize
        | DrawsPerChain -> higher CheckUnit.Draws
        | ShareInSupport -> higher CheckUnit.Share
        | Divergences -> lower CheckUnit.Count
        | SteinSpread -> higher CheckUnit.Number
        | AveragesDrift
        | RateShift
        | StepMove
        | ParticleForce
        | MeanShift
        | DriftOfMeans
        | DriftOfMeansShown
        | FixedDrawsError -> lower CheckUnit.StandardDeviations
        | ModeCurvature
        | FoundPaths
        | CheckedNumbers
        | MovingCoordinates -> higher CheckUnit.Count
        | EnergyBfmi -> higher CheckUnit.Number
        | RemainingNats
        | BoundFall -> lower CheckUnit.Nats

/// One thing that was checked.
type Check =
    {
        Id: CheckId
        /// The figure; infinite where it cannot be computed, on the side that fails.
        Value: float
        /// The value up to which (from which, where higher is better) the check passes.
        Target: float
        /// The value up to which an answer that fails can still be used with care.
        Limit: float
        /// Name of the coordinate or quantity that has the value; null where it is one of the whole answer.
        Subject: string | null
    }

    member private this.Meets bound =
        if this.Id.Measure.HigherIsBetter then
            this.Value >= bound
        else
            this.Value <= bound

    /// Whether the value meets the target.
    member this.IsPassed = this.Meets this.Target

    /// What the check says of the answer.
    member this.Level =
        if this.IsPassed then this.Id.Measure.Best
        elif this.Meets this.Limit then Usable
        else Unreliable

    override this.ToString() = $"{this.Id} {this.Value:g3} (target {this.Target:g3}): {this.Level}"

/// Everything that was checked of an answer, what passed included. Its level is the worst of the checks', and unreliable where nothing was checked.
[<StructuredFormatDisplay("{Text}")>]
type Judgement =
    private
        { Made: Check list }

    /// The judgement of checks.
    static member Of(checks: Check seq) : Judgement = { Made = List.ofSeq checks }

    /// The checks, in the order they were made.
    member this.Checks: IReadOnlyList<Check> = this.Made

    /// The worst level of the checks.
    member this.Level =
        if this.Made.IsEmpty then
            Unreliable
        else
            this.Made |> List.map (fun check -> check.Level) |> List.max

    /// The check of a kind; null where it was not made.
    member this.Find(id: CheckId) : Check | null =
        match this.Made |> List.tryFind (fun check -> check.Id = id) with
        | Some check -> check
        | None -> null

    /// Level and checks, line by line.
    member this.Text =
        let lines = this.Made |> List.map (fun check -> $"  {check}")
        String.Join(Environment.NewLine, $"{this.Level}" :: lines)

    override this.ToString() = this.Text

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Checks.
[<RequireQualifiedAccess>]
module Check =

    /// A check that leaves a failing answer usable up to a limit. A value that is not a number fails by the widest margin.
    let within (limit: float) (target: float) (id: CheckId) (value: float) : Check =
        let worst = if id.Measure.HigherIsBetter then -infinity else infinity
        let value = if Double.IsNaN value then worst else value
        { Id = id; Value = value; Target = target; Limit = limit; Subject = null }

    /// A check that makes a failing answer unreliable.
    let strict target id value = within target target id value

    /// A check that leaves a failing answer usable, by whatever margin it fails.
    let lenient target (id: CheckId) value =
        within (if id.Measure.HigherIsBetter then -infinity else infinity) target id value

    /// The check with the name of the coordinate or quantity that has the value.
    let about (subject: string) (check: Check) = { check with Subject = subject }
