namespace Vi.Math

/// How data enter a conjugate model.
type DataStep<'batch, 'statistics, 'globals> =
    /// Through statistics that no factor changes: they are read once, and a sweep costs nothing in the number of rows.
    | Fixed of statistics: ('batch -> 'statistics)
    /// Through expected statistics under local factors, which are set to their optimum given the global factors; the statistics carry
    /// the local factors' own part of the bound. The name is the local factor's, e.g. q(z).
    | Local of factor: string * statistics: ('globals -> IBatches<'batch> -> 'statistics)

/// The optimal value of one factor given the statistics and the other factors.
type FactorUpdate<'statistics, 'globals> =
    {
        /// The factor's name, e.g. q(tau).
        Factor: string
        /// Puts the factor to its optimum: the exact maximum of the bound in this factor, all else fixed.
        Update: 'statistics -> 'globals -> 'globals
    }

/// A conjugate-exponential model under a factorised approximation: all that coordinate ascent, its stochastic and streaming forms and
/// its laws need to know.
type ConjugateModel<'batch, 'statistics, 'globals> =
    {
        /// The model's name in experiment files.
        Name: string
        /// How statistics of separate batches add up.
        Monoid: Monoid<'statistics>
        /// How a batch becomes statistics.
        Data: DataStep<'batch, 'statistics, 'globals>
        /// The factors in the order of their updates.
        Updates: FactorUpdate<'statistics, 'globals> list
        /// The whole bound, with all terms, of any statistics and any globals.
        Elbo: 'statistics -> 'globals -> Elbo
        /// KL(new || old) between two values of the global factors, in nats: how far a sweep moved the answer, whatever the unit.
        Divergence: 'globals -> 'globals -> float
        /// The parameters of the global factors as numbers, in which acceleration extrapolates.
        Coordinates: FactorCoordinates<'globals>
        /// The global factors at their priors.
        Prior: 'globals
    }

/// What one factor's update gained, in nats.
[<Struct>]
type FactorGain = { Factor: string; Gain: float }

/// What a reader wants to know of one sweep.
type SweepInfo =
    {
        /// The bound after the sweep, all terms.
        Elbo: Elbo
        /// What the sweep gained over the state before it, in nats.
        Gain: float
        /// How far the sweep moved the global factors, in posterior standard deviations: sqrt(2 KL(new || old)), which for a normal factor
        /// whose mean moves is exactly that.
        Change: float
        /// What each factor's update gained, in the order of the updates, and what an extrapolation before them did.
        Ledger: FactorGain list
        /// Passes through the rows that it took: two where it read them for an extrapolation that was refused.
        Passes: int
    }

/// What the next sweep needs.
type CaviState<'globals> =
    {
        /// The global factors.
        Globals: 'globals
        /// The bound at these globals with the statistics they were updated from; the next sweep's gains count from here.
        Elbo: float
    }

/// An estimate of the bound from the minibatches of a stretch of an epoch, each seen before its step was made.
[<Struct>]
type ElboEstimate =
    {
        /// Passes through the data at the end of the stretch, in this epoch: above 0, at most 1.
        Passes: float
        /// Mean over the stretch's minibatches, weighted by their rows, in nats.
        Value: float
        /// Its standard error in nats; not a number for a single minibatch.
        StandardError: float
    }

/// A sweep as it is stored.
type SavedSweep<'state> =
    {
        /// Index of the restart, from 0.
        Restart: int
        /// Number of the sweep within the restart, from 1.
        Iteration: int
        /// Passes through the data from the restart's beginning; not a number for a model without data.
        Passes: float
        /// The engine's state after it.
        State: 'state
        /// What it reported.
        Info: SweepInfo
        /// What a sweep of coordinate ascent would still gain, in nats; not a number where it is not known.
        Remaining: float
        /// The bound within the sweep, where the algorithm estimates it.
        Estimates: ElboEstimate[]
        /// How the restart ended, if it did.
        Outcome: Outcome voption
    }

namespace Vi.Math.FSharp

open Vi.Math

/// How data enter a conjugate model.
[<RequireQualifiedAccess>]
module DataStep =

    /// Local statistics that are gathered batch by batch.
    let byBatch (factor: string) (monoid: Monoid<'statistics>) (statistics: 'globals -> 'batch -> 'statistics) =
        Local(
            factor,
            fun (globals: 'globals) ->
                let ofBatch = statistics globals
                fun (batches: IBatches<'batch>) -> batches.Fold(monoid, ofBatch)
        )
