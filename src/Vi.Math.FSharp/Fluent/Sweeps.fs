namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// How long and how often to fit.
[<Sealed>]
type FitOptions() =

    /// Most sweeps of a restart, at least 1 [1000].
    member val MaxIterations = 1000 with get, set

    /// Gain in nats per sweep below which a restart has converged; 0 runs exactly the most sweeps [1e-9].
    member val Tolerance = 1e-9 with get, set

    /// Independent starts [1].
    member val Restarts = 1 with get, set

    /// Seed of the random stream [42].
    member val Seed = 42UL with get, set

    /// Worker threads; no result depends on it [1].
    member val Threads = 1 with get, set

/// One sweep of a fit: what it reported, and the posterior after it.
[<Sealed>]
type Sweep<'posterior>
    internal (restart: int, iteration: int, info: SweepInfo, verdict: Verdict voption, posterior: Lazy<'posterior>) =

    let named pairs =
        pairs |> Seq.map (fun (name: string, value: float) -> KeyValuePair(name, value)) |> Seq.toArray
        :> IReadOnlyList<_>

    /// Index of the restart, from 0.
    member _.Restart = restart

    /// Number of the sweep within the restart, from 1.
    member _.Iteration = iteration

    /// The bound after the sweep, in nats.
    member _.Elbo = info.Elbo.Value

    /// The bound's named terms, in nats; they add up to the bound.
    member _.Terms: IReadOnlyList<KeyValuePair<string, float>> =
        info.Elbo.Terms |> List.map (fun term -> term.Name, term.Value) |> named

    /// What the sweep gained, in nats.
    member _.Gain = info.Gain

    /// How far it moved the posterior, in posterior standard deviations.
    member _.Change = info.Change

    /// What each factor's update gained, in nats, in the order of the updates.
    member _.Ledger: IReadOnlyList<KeyValuePair<string, float>> =
        info.Ledger |> List.map (fun entry -> entry.Factor, entry.Gain) |> named

    /// True on the last sweep of a restart.
    member _.IsLast = verdict.IsSome

    /// How the restart ended: converged, budget-spent or diverged; empty while it goes on.
    member _.Status =
        match verdict with
        | ValueSome verdict -> Verdict.status verdict
        | ValueNone -> ""

    /// The outcome as a sentence; empty while the restart goes on.
    member _.Reason =
        match verdict with
        | ValueSome verdict -> Verdict.sentence verdict
        | ValueNone -> ""

    /// The posterior after this sweep.
    member _.Posterior = posterior.Value

/// Lazy sequences of sweeps from engines.
module internal Sweeps =

    /// One restart from its own generator.
    let ofRestart
        (options: FitOptions)
        (restart: int)
        (present: 'answer -> 'posterior)
        (engine: Engine<'state, SweepInfo, 'answer>)
        =
        Run.steps
            engine
            (Cavi.stopRule options.Tolerance options.MaxIterations)
            (Rng.derive restart (Rng.ofSeed options.Seed))
        |> Seq.map (fun step ->
            Sweep(restart, step.Iteration, step.Info, step.Verdict, lazy (present (engine.Answer step.State))))

    /// All restarts, one after the other.
    let ofEngine (options: FitOptions) (present: 'answer -> 'posterior) (engine: Engine<'state, SweepInfo, 'answer>) =
        seq { 0 .. options.Restarts - 1 }
        |> Seq.collect (fun restart -> ofRestart options restart present engine)
