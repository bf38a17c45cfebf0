namespace Vi.Math

/// What the next step of accelerated coordinate ascent needs.
type AcceleratedState<'globals> =
    {
        /// The ascent's own state, always the end of a sweep.
        Ascent: CaviState<'globals>
        /// Coordinates of the factors that the last sweeps began at, oldest first.
        Starts: float[][]
        /// Coordinates of the factors that they ended at.
        Ends: float[][]
        /// By how many of its own lengths the last sweep is prolonged where sweeps are not combined.
        Stretch: float
        /// What the factors' updates gained in the last sweep, in nats.
        SweepGain: float
        /// Sweeps to make before the next extrapolation.
        Wait: int
        /// Extrapolations refused in a row.
        Refusals: int
    }

/// What became of an extrapolation.
[<Struct>]
type ExtrapolationTrial =
    /// None was made.
    | NotTried
    /// Its bound was lower, or not a number; whether several sweeps were combined.
    | Refused of refusedCombined: bool
    /// The sweep began there; whether several sweeps were combined.
    | Taken of takenCombined: bool

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Coordinate ascent that skips sweeps. A sweep is a map of the factors, nearly linear near its fixed point. Where sweeps shorten,
/// the combination of the last ones with the smallest residual lies far ahead (Anderson 1965; Walker and Ni 2011); where they
/// lengthen, as on the way from a saddle, the last one is prolonged (over-relaxation, Salakhutdinov and Roweis 2003). Factors found
/// so are taken only where their bound is no lower than the last sweep's (the safeguard of Varadhan and Roland 2008, and of Henderson
/// and Varadhan 2019). So the bound never falls, and every step ends with a plain sweep.
[<RequireQualifiedAccess>]
module Acceleration =

    /// Name of the extrapolations' entry in the ledger of gains.
    [<Literal>]
    let Ledger = "extrapolation"

    /// Most differences of sweeps that are combined.
    let private window = 6

    /// Fewest sweeps that are combined; of fewer the last one is prolonged.
    let private fewest = 3

    /// Nats that a sweep gains where extrapolation begins: before, a fit is still choosing its optimum.
    let private smallGain = 0.1

    /// Added to the diagonal of the correlations of differences, which are alike to many digits: a thousand times the rounding of inner products of a
    /// thousand numbers (1e-13), and small against what a combination may use.
    let private ridge = 1e-10

    /// Longest and shortest prolongation of a sweep, in its own lengths.
    let private longest = 16.0

    let private shortest = 0.5

    /// Most sweeps without a trial after refusals.
    let private longestWait = 8

    /// Times that an extrapolation is halved until its numbers are a distribution.
    let private halvings = 8

    /// The state of an ascent without a history: at its beginning, and after a move between optima.
    let startAt (ascent: CaviState<'globals>) : AcceleratedState<'globals> =
        { Ascent = ascent
          Starts = [||]
          Ends = [||]
          Stretch = 1.0
          SweepGain = infinity
          Wait = 0
          Refusals = 0 }

    let private inner (units: float[]) (a: float[]) (b: float[]) =
        let mutable sum = 0.0

        for p in 0 .. units.Length - 1 do
            sum <- sum + a[p] / units[p] * (b[p] / units[p])

        sum

    let private differences (points: float[][]) =
        points |> Array.pairwise |> Array.map (fun (a, b) -> Array.map2 (-) b a)

    /// The g that make r - sum_j g_j d_j smallest, in the given units.
    let private leastSquares units (differences: float[][]) (r: float[]) : Vec voption =
        let sizes = differences |> Array.map (fun d -> sqrt (inner units d d))

        if sizes |> Array.exists (fun size -> not (size > 0.0 && Double.IsFinite size)) then
            ValueNone
        else
            Mat.init sizes.Length sizes.Length (fun i j ->
                inner units differences[i] differences[j] / (sizes[i] * sizes[j]) + (if i = j then ridge else 0.0))
            |> Chol.tryFactor
            |> ValueOption.map (fun factor ->
                Vec.init sizes.Length (fun j -> inner units differences[j] r / sizes[j])
                |> Chol.solve factor
                |> Vec.mapi (fun j g -> g / sizes[j]))

    /// The step from the last sweep's end to the combination of all; nothing where it points back, as where sweeps lengthen.
    let private combination units (state: AcceleratedState<'globals>) : float[] voption =
        let residuals = Array.map2 (Array.map2 (-)) state.Ends state.Starts
        let last = Array.last residuals

        leastSquares units (differences residuals) last
        |> ValueOption.bind (fun g ->
            let step: float[] = Array.zeroCreate last.Length

            differences state.Ends
            |> Array.iteri (fun j d ->
                for p in 0 .. step.Length - 1 do
                    step[p] <- step[p] - g[j] * d[p])

            if inner units step last > 0.0 then ValueSome step else ValueNone)

    /// Factors ahead of a state with at least one sweep behind it, and whether several sweeps were combined: shortened until their
    /// numbers are a distribution, nothing where they never are.
    let propose (coordinates: FactorCoordinates<'globals>) (state: AcceleratedState<'globals>) =
        let first, last = Array.last state.Starts, Array.last state.Ends

        let combined =
            if state.Starts.Length < fewest then
                ValueNone
            else
                combination (coordinates.Units state.Ascent.Globals) state

        let step =
            match combined with
            | ValueSome step -> step
            | ValueNone -> Array.map2 (fun a b -> state.Stretch * (b - a)) first last

        let rec shortened times share =
            match
                Array.map2 (fun from by -> from + share * by) last step
                |> FactorCoordinates.tryAt coordinates state.Ascent.Globals
            with
            | ValueNone when times < halvings -> shortened (times + 1) (0.5 * share)
            | found -> found

        struct (shortened 0 1.0, combined.IsSome)

    let private lastOf count (items: 'a[]) = Array.sub items (max 0 (items.Length - count)) (min count items.Length)

    /// The history, stretch and pause after a sweep from a start, by what became of the trial before it.
    let private next
        (coordinates: FactorCoordinates<'globals>)
        (trial: ExtrapolationTrial)
        (start: 'globals)
        (ascent: CaviState<'globals>)
        (gain: float)
        (state: AcceleratedState<'globals>)
        : AcceleratedState<'globals> =
        let refusals =
            match trial with
            | NotTried -> state.Refusals
            | Refused _ -> state.Refusals + 1
            | Taken _ -> 0

        // After a refused combination the older sweeps no longer fit.
        let kept = if trial = Refused true then 1 else window

        { Ascent = ascent
          Starts = Array.append (lastOf kept state.Starts) [| coordinates.Values start |]
          Ends = Array.append (lastOf kept state.Ends) [| coordinates.Values ascent.Globals |]
          Stretch =
            match trial with
            | NotTried -> state.Stretch
            | Refused true
            | Taken true -> 1.0
            | Refused false -> max shortest (0.25 * state.Stretch)
            | Taken false -> min longest (2.0 * state.Stretch)
          SweepGain = gain
          Wait =
            match trial with
            | Refused _ when refusals = 1 -> 0
            | Refused _ -> min longestWait (1 <<< min 8 (refusals - 2))
            | _ -> max 0 (state.Wait - 1)
          Refusals = refusals }

    let private isImproper (failure: exn) = failure :? ArithmeticException || failure :? ArgumentException

    /// What is computed at factors that no sweep led to; nothing where they are out of range for a model, as one thread says or several do.
    let private tryCompute (compute: unit -> 'a) : 'a voption =
        try
            ValueSome(compute ())
        with
        | failure when isImproper failure -> ValueNone
        | :? AggregateException as failure when failure.InnerExceptions |> Seq.forall isImproper -> ValueNone

    /// The finite bound at these globals; nothing where there is none.
    let private boundAt (read: 'globals -> 'statistics) (model: ConjugateModel<'batch, 'statistics, 'globals>) globals =
        match tryCompute (fun () -> (model.Elbo (read globals) globals).Value) with
        | ValueSome bound when Double.IsFinite bound -> ValueSome bound
        | _ -> ValueNone

    /// The engine with a safeguard given: whether a bound may follow a bound.
    let internal engineGuarded
        (accepts: float -> float -> bool)
        (read: 'globals -> 'statistics)
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (init: Rng -> CaviState<'globals>)
        : Engine<AcceleratedState<'globals>, SweepInfo, 'globals> =
        let ascent = Cavi.engineFrom read model init

        let beginning (state: AcceleratedState<'globals>) =
            if state.Starts.Length = 0 || state.Wait > 0 || not (state.SweepGain <= smallGain) then
                struct (state.Ascent, NotTried)
            else
                match propose model.Coordinates state with
                | struct (ValueNone, _) -> struct (state.Ascent, NotTried)
                | struct (ValueSome globals, combined) ->
                    match boundAt read model globals with
                    | ValueSome bound when accepts state.Ascent.Elbo bound ->
                        struct ({ Globals = globals; Elbo = bound }, Taken combined)
                    | _ -> struct (state.Ascent, Refused combined)

        let isSound (info: SweepInfo) =
            info.Elbo.Terms |> List.forall (fun term -> Double.IsFinite term.Value)
            && info.Gain >= -(Elbo.roundoff info.Elbo)

        // A sweep from extrapolated factors may fail, or fall, where one from the last sweep's end does not.
        let sweep (state: AcceleratedState<'globals>) =
            let struct (start, trial) = beginning state

            match trial with
            | Taken combined ->
                match tryCompute (fun () -> ascent.Step start) with
                | ValueSome(struct (reached, info)) when isSound info -> struct (start, trial, reached, info)
                | _ ->
                    let struct (reached, info) = ascent.Step state.Ascent
                    struct (state.Ascent, Refused combined, reached, info)
            | NotTried
            | Refused _ ->
                let struct (reached, info) = ascent.Step start
                struct (start, trial, reached, info)

        { Name = ascent.Name
          Init = fun rng -> startAt (ascent.Init rng)
          Step =
            fun state ->
                let struct (start, trial, reached, info) = sweep state
                let gain = start.Elbo - state.Ascent.Elbo

                struct (next model.Coordinates trial start.Globals reached info.Gain state,
                        { info with
                            Gain = info.Gain + gain
                            Change =
                                max
                                    info.Change
                                    (sqrt (2.0 * max 0.0 (model.Divergence reached.Globals state.Ascent.Globals)))
                            Ledger = { Factor = Ledger; Gain = gain } :: info.Ledger
                            Passes = if trial.IsRefused then 2 else 1 })
          Answer = fun state -> state.Ascent.Globals }

    /// The engine without extrapolation: plain coordinate ascent.
    let private plain read model init : Engine<AcceleratedState<'globals>, SweepInfo, 'globals> =
        let ascent = Cavi.engineFrom read model init

        { Name = ascent.Name
          Init = fun rng -> startAt (ascent.Init rng)
          Step =
            fun state ->
                let struct (reached, info) = ascent.Step state.Ascent
                struct (startAt reached, info)
          Answer = fun state -> state.Ascent.Globals }

    /// The engine on statistics that a reader gives, from a start that may depend on a random generator; plain coordinate ascent where
    /// it is off.
    let engineFrom (accelerate: bool) read (model: ConjugateModel<'batch, 'statistics, 'globals>) init =
        if accelerate then
            engineGuarded (fun before after -> after >= before) read model init
        else
            plain read model init

    /// The engine, from a start that may depend on a random generator.
    let engine
        (accelerate: bool)
        (batches: IBatches<'batch>)
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (init: Rng -> CaviState<'globals>)
        =
        engineFrom accelerate (Cavi.reader batches model) model init

    /// The engine from given globals, which may depend on a random generator: start and first sweep share one read of the data.
    let engineAt
        (accelerate: bool)
        (batches: IBatches<'batch>)
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (init: Rng -> 'globals)
        =
        let read = Cavi.reader batches model
        engineFrom accelerate read model (init >> Cavi.startFrom read model)
