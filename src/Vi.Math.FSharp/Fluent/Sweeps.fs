namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// How a fit goes through the data.
type FitAlgorithm =
    /// All rows in every sweep.
    | CoordinateAscent = 0
    /// Minibatches and natural gradients.
    | Stochastic = 1
    /// Every row once, in order.
    | Streaming = 2

/// How far a minibatch moves the factors, for `FitOptions.Rate`.
[<AbstractClass; Sealed>]
type MinibatchStep private () =

    /// (t + delay)^-decay for minibatch t, with delay >= 0 and 0.5 < decay <= 1.
    static member RobbinsMonro(delay: float, decay: float) : LearningRate = RobbinsMonro(delay, decay)

    /// The same step always, above 0 and at most 1.
    static member Constant(step: float) : LearningRate = Constant step

    /// As large as the signal in the natural gradient is against its noise.
    static member Adaptive: LearningRate = Adaptive

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

    /// How the data are gone through: coordinate ascent, minibatches or a stream [coordinate ascent].
    member val Algorithm = FitAlgorithm.CoordinateAscent with get, set

    /// Rows of a minibatch, or rows that a stream takes in at a time, at least 1 [1024].
    member val BatchRows = 1024L with get, set

    /// Most epochs of stochastic inference, at least 1 [20].
    member val Epochs = 20 with get, set

    /// The step of a minibatch [(t + 1)^-0.55].
    member val Rate = RobbinsMonro(1.0, 0.55) with get, set

    /// Whether each epoch of stochastic inference ends with a pass that computes the whole bound [true].
    member val WholeBound = true with get, set

    /// Whether coordinate ascent extrapolates from its last sweeps where that raises the bound [true].
    member val Accelerate = true with get, set

    /// Share of what is known that a stream keeps when new rows arrive, above 0 and at most 1 [1].
    member val Memory = 1.0 with get, set

/// One sweep of a fit: what it reported, and the posterior after it.
[<Sealed>]
type Sweep<'posterior>
    internal
    (
        restart: int,
        iteration: int,
        info: SweepInfo,
        remaining: float,
        estimates: ElboEstimate[],
        passes: float,
        outcome: Outcome voption,
        posterior: Lazy<'posterior>,
        save: unit -> byte[]
    ) =

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

    /// Whether linear response, which is that of the optimum to three digits, can be had here: at the end of a restart that converged, or
    /// whose last sweep moved the posterior by at most 3e-5 standard deviations. That is ten times as far as the default tolerance of 1e-9
    /// nats allows, sqrt(1e-9); of 12,000 generated fits of six models the farthest was 1.3e-3 standard deviations from its optimum after
    /// such a sweep, the median below 1e-5; after sweeps ten times as long it was 1.3e-2.
    member _.IsAtOptimum =
        match outcome with
        | ValueSome(Converged _) -> true
        | ValueSome _ -> info.Change <= 3e-5
        | ValueNone -> false

    /// What a sweep of coordinate ascent over all rows would gain from here, in nats, where the algorithm is another and this is known;
    /// otherwise not a number.
    member _.Remaining = remaining

    /// Passes through the data since the restart began, by updates and by refused extrapolations. Passes that only compute a bound, and those of
    /// moves between optima, are not counted. Where the data are read once it stays at 1; of a stream it is the share of rows taken in. Not a number for a model without data.
    member _.Passes = passes

    /// Estimates of the bound within the sweep, where the algorithm makes them from minibatches; otherwise empty.
    member _.Estimates: IReadOnlyList<ElboEstimate> = estimates

    /// What each factor's update gained, in nats, in the order of the updates.
    member _.Ledger: IReadOnlyList<KeyValuePair<string, float>> =
        info.Ledger |> List.map (fun entry -> entry.Factor, entry.Gain) |> named

    /// True on the last sweep of a restart.
    member _.IsLast = outcome.IsSome

    /// How the restart ended; null while it goes on.
    member _.Outcome: Outcome | null =
        match outcome with
        | ValueSome outcome -> outcome
        | ValueNone -> null

    /// The posterior after this sweep.
    member _.Posterior = posterior.Value

    /// The better of two sweeps by their bounds, the first one where they differ by rounding only (1e-9 of their size), so that the restart
    /// that is kept does not hang on last digits. A bound that is not finite is never better; null where there is no sweep.
    static member Better(first: Sweep<'posterior> | null, second: Sweep<'posterior>) : Sweep<'posterior> | null =
        match first with
        | _ when not (System.Double.IsFinite second.Elbo) -> first
        | null -> second
        | known when second.Elbo <= known.Elbo + 1e-9 * (1.0 + abs known.Elbo) -> known
        | _ -> second

    /// The sweep with the engine's state after it as bytes, from which the run that it belongs to restores it.
    member _.Save() = save ()

/// Judges fits by sweeps.
[<AbstractClass; Sealed>]
type SweepJudge private () =

    static let outcomeOf (outcome: Outcome | null) =
        match outcome with
        | null -> ValueNone
        | outcome -> ValueSome outcome

    /// Whether a restart can be used, from how it ended (null where it was stopped), what a sweep of coordinate ascent would still gain in
    /// nats where that is known (otherwise not a number), and the gains of its sweeps.
    static member Judge(outcome: Outcome | null, remaining: float, gains: IReadOnlyList<float>) : Judgement =
        SweepJudgement.ofGains (outcomeOf outcome) remaining (Seq.toArray gains)

    /// What to change in a restart of so many sweeps at a tolerance in nats that ended so.
    static member Advise
        (outcome: Outcome | null, sweeps: int, tolerance: float, judgement: Judgement)
        : IReadOnlyList<Advice> =
        SweepJudgement.advice (outcomeOf outcome) sweeps tolerance judgement
