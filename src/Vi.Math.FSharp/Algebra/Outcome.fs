namespace Vi.Math

/// Why a run counts as converged. Gains are in nats; changes, drifts and forces in posterior standard deviations.
type Convergence =
    /// Coordinate ascent: the last sweep gained no more than the tolerance and hardly moved the posterior.
    | SweepGain of sweeps: int * gain: float * change: float
    /// Stochastic inference: a sweep of coordinate ascent over all rows would gain no more than the tolerance.
    | SweepWouldGain of epochs: int * gain: float * change: float
    /// A stream: all rows are taken in, and the last sweep over the last of them gained no more than the tolerance.
    | StreamRead of batches: int * gain: float * change: float
    /// ADVI, batch-and-match: the averages of the parameters drift no more than the accuracy, also after the rate was lowered.
    | AveragesSettled of steps: int * drift: float * accuracy: float
    /// Fixed draws: how far a further step of L-BFGS would move the fit.
    | StepWouldMove of iterations: int * change: float
    /// Laplace: what a further Newton step would gain.
    | NewtonDecrement of gain: float
    /// Pathfinder: so many of the paths tried found a normal.
    | PathsFound of found: int * tried: int
    /// SVGD: the force on the particles is no more than the tolerance.
    | ParticlesAtRest of steps: int * force: float * tolerance: float
    /// Samplers: the chains of so many draws each agree, by the largest R-hat of all coordinates.
    | ChainsAgree of chains: int * warmUp: int * draws: int * rHat: float

/// What a run lacked when its budget was spent; units as for convergence.
type Shortfall =
    /// Coordinate ascent: what the last sweep still gained.
    | SweepsSpent of sweeps: int * lastGain: float
    /// Coordinate ascent: a single sweep has no gain to judge by.
    | TooFewSweepsToTell of sweeps: int
    /// Stochastic inference: what a sweep of coordinate ascent over all rows would still gain.
    | EpochsSpent of epochs: int * gain: float
    /// Stochastic inference without the bound of all rows: nothing tells whether it has converged.
    | EpochsUnchecked of epochs: int
    /// A stream: all rows are taken in, and the last sweep over the last of them still gained this much.
    | StreamGaining of batches: int * lastGain: float
    /// ADVI, batch-and-match: how far the averages still drift.
    | AveragesMoving of steps: int * drift: float * accuracy: float
    /// ADVI, batch-and-match: how far the averages shifted when the rate was lowered, and how far they may.
    | RateMatters of steps: int * shift: float * allowed: float
    /// ADVI, batch-and-match: too few steps to see whether the averages have settled.
    | TooFewStepsToTell of steps: int
    /// Fixed draws: the gain that L-BFGS still promises, and whether no point along its next direction is better.
    | GainPromised of iterations: int * decrement: float * noLowerPoint: bool
    /// SVGD: the force on the particles.
    | ParticlesMoving of steps: int * force: float * tolerance: float
    /// Samplers: the largest R-hat of all coordinates, and the largest at which chains agree.
    | ChainsDisagree of chains: int * warmUp: int * draws: int * rHat: float * allowed: float
    /// Samplers: a coordinate's R-hat cannot be computed, as it has too few draws or never changes.
    | ChainsUnchecked of chains: int * warmUp: int * draws: int
    /// A test or a custom rule: so many steps.
    | StepsSpent of steps: int

/// How a run broke down.
type Breakdown =
    /// Coordinate ascent: the sweep lowered the bound by this many nats, more than rounding explains.
    | BoundFell of sweep: int * fall: float
    /// After this sweep a term of the bound is not a finite number.
    | TermNotFinite of sweep: int * term: string
    /// Around this step log p is not finite.
    | DensityNotFinite of step: int
    /// log p is finite at no starting point.
    | StartNotFinite
    /// The climb ended at a place of this log density without the curvature of a maximum.
    | NoMode of logDensity: float
    /// None of the paths tried found a normal.
    | NoPath of tried: int

/// How a run ended: data, with the figures of its algorithm.
type Outcome =
    /// The answer has settled.
    | Converged of Convergence
    /// The budget was used up before.
    | BudgetSpent of Shortfall
    /// There is no answer, or none that could be right.
    | Diverged of Breakdown

/// An outcome without its figures.
[<RequireQualifiedAccess>]
type Status =
    | Converged
    | BudgetSpent
    | Diverged

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Outcomes.
[<RequireQualifiedAccess>]
module Outcome =

    /// An outcome without its figures.
    let status outcome =
        match outcome with
        | Converged _ -> Status.Converged
        | BudgetSpent _ -> Status.BudgetSpent
        | Diverged _ -> Status.Diverged

    /// The budget of sweeps is spent: what the last one still gained, in nats, where that is a number.
    let sweepsSpent sweeps (lastGain: float) =
        BudgetSpent(
            if Double.IsNaN lastGain then
                TooFewSweepsToTell sweeps
            else
                SweepsSpent(sweeps, lastGain)
        )
