namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// What a check of a fit came to.
type PosteriorCheckKind =
    /// The fit was not checked.
    | NotChecked = 0
    /// Gibbs sweeps leave its draws where they are.
    | Stationary = 1
    /// They move them.
    | Moved = 2
    /// Errors are too large to say, or the sweeps forget their start too slowly.
    | Unclear = 3
    /// Chains from dispersed starts agree and are the reference.
    | Sampled = 4

/// How a fit is checked against its posterior.
[<Sealed>]
type PosteriorCheckOptions() =

    /// Gibbs sweeps over all rows, of all draws and chains together; below 32 nothing is checked [4096].
    member val Sweeps = 4096 with get, set

    /// Whether at least half of the sweeps go into chains from dispersed starts [false].
    member val IsFull = false with get, set

    /// Seed of the random stream [42].
    member val Seed = 42UL with get, set

    /// Draws and chains that are moved at the same time; no result depends on it [1].
    member val Threads = 1 with get, set

    /// Called after each sweep on the thread that made it; may raise an exception to end the check [nothing].
    member val Watch: Action = Action(ignore) with get, set

/// What a check of a fit against its posterior found, number by number.
[<Sealed>]
type PosteriorCheck internal (check: AscentCheck) =

    let moved =
        match check with
        | AscentCheck.Stationary figures
        | AscentCheck.Moved figures
        | AscentCheck.Unclear figures -> ValueSome figures
        | AscentCheck.Sampled _
        | AscentCheck.NotChecked _ -> ValueNone

    let sampled =
        match check with
        | AscentCheck.Sampled figures -> ValueSome figures
        | _ -> ValueNone

    let numbers =
        match moved, sampled with
        | ValueSome figures, _ -> figures.Numbers
        | _, ValueSome figures -> figures.Numbers
        | _ -> [||]

    /// A fit that nobody asked to check.
    static member NotRequested = PosteriorCheck(AscentCheck.NotChecked CheckOmission.NotRequested)

    /// A fit of a model without a Gibbs sampler.
    static member NoSampler = PosteriorCheck(AscentCheck.NotChecked CheckOmission.NoSampler)

    /// The outcome as the core has it.
    member _.Outcome = check

    /// What it came to.
    member _.Kind =
        match check with
        | AscentCheck.NotChecked _ -> PosteriorCheckKind.NotChecked
        | AscentCheck.Stationary _ -> PosteriorCheckKind.Stationary
        | AscentCheck.Moved _ -> PosteriorCheckKind.Moved
        | AscentCheck.Unclear _ -> PosteriorCheckKind.Unclear
        | AscentCheck.Sampled _ -> PosteriorCheckKind.Sampled

    /// Why nothing was checked; null where it was.
    member _.Omission: CheckOmission | null =
        match check with
        | AscentCheck.NotChecked reason -> reason
        | _ -> null

    /// The numbers checked: moments under the fit, best estimates of the posterior's, errors; those with a spread of components that explain rows.
    member _.Numbers: IReadOnlyList<CheckedNumber> = numbers

    /// Draws of the fit that were moved, or chains.
    member _.Draws =
        match moved, sampled with
        | ValueSome figures, _ -> figures.Draws
        | _, ValueSome figures -> figures.Chains
        | _ -> 0

    /// Sweeps of each.
    member _.Sweeps =
        match moved, sampled with
        | ValueSome figures, _ -> figures.Sweeps
        | _, ValueSome figures -> figures.Sweeps
        | _ -> 0

    /// Largest share of its start that a number keeps over the last half of the sweeps; not a number for chains and where nothing was checked.
    member _.Memory =
        match moved with
        | ValueSome figures -> figures.Memory
        | ValueNone -> nan

    /// How far the draws had moved after 1, 2, 3 to 4, ... sweeps; empty for chains.
    member _.Steps: IReadOnlyList<MovedStep> =
        match moved with
        | ValueSome figures -> figures.Steps
        | ValueNone -> [||]

    /// R-hat of each number by chains that agree; empty where there are none.
    member _.RHats: IReadOnlyList<float> =
        match sampled with
        | ValueSome figures -> figures.RHats
        | ValueNone -> [||]

    /// Effective sample size of each number by chains that agree; empty where there are none.
    member _.EffectiveSizes: IReadOnlyList<float> =
        match sampled with
        | ValueSome figures -> figures.EffectiveSizes
        | ValueNone -> [||]

    /// Whether a fit can be used: how its sweeps ended (null where they were stopped), what one would still gain in nats where that is known (otherwise not
    /// a number), the gains of its sweeps, and this check.
    member _.Judge(outcome: Outcome | null, remaining: float, gains: IReadOnlyList<float>) : Judgement =
        let outcome =
            match outcome with
            | null -> ValueNone
            | outcome -> ValueSome outcome

        AscentJudgement.ofFit outcome remaining (Seq.toArray gains) check

    /// What to change in a fit so judged, beyond its sweeps.
    member _.Advise(judgement: Judgement) : IReadOnlyList<Advice> = AscentJudgement.advice check judgement

/// A fit ready to be checked.
[<Sealed>]
type PosteriorChecker internal (sweepSeconds: float, check: AscentCheckOptions -> Rng -> AscentCheck) =

    /// About how long a sweep of a check takes on one thread, in seconds: by the sizes of model and data, not by a clock, so that a caller who makes
    /// as many as fit into a time makes the same ones on every machine.
    member _.SweepSeconds = sweepSeconds

    /// Checks the fit.
    member _.Check(options: PosteriorCheckOptions) : PosteriorCheck =
        check
            { Sweeps = options.Sweeps
              IsFull = options.IsFull
              Threads = options.Threads
              Watch = options.Watch.Invoke }
            (Rng.ofSeed options.Seed)
        |> PosteriorCheck

/// Checkers of the models' fits.
module internal PosteriorCheckers =

    let make rows (batches: IBatches<'batch>) (model: CheckedModel<'batch, 'statistics, 'globals>) others q =
        PosteriorChecker(
            model.SweepSeconds rows,
            fun options rng -> AscentCheck.run options batches model (List.ofSeq others) q rng
        )

    /// Of rows that draws and chains share: each reads them on its own thread.
    let ofRows (rows: Rows) model others q = make rows.Count (rows.WithThreads 1) model others q
