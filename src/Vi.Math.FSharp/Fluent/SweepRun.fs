namespace Vi.Math.Fluent

open System.Collections
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// A fit as a lazy sequence of sweeps, restart after restart, that can go on from a sweep that was stored.
[<AbstractClass>]
type SweepRun<'posterior>() =

    /// All sweeps from the beginning.
    abstract Sweeps: unit -> IEnumerable<Sweep<'posterior>>

    /// A sweep from the bytes that it was stored as by a run with the same model, data and options.
    abstract Restore: saved: byte[] -> Sweep<'posterior>

    /// The sweeps that follow a stored one: those that would have followed it, bit for bit.
    abstract After: saved: byte[] -> IEnumerable<Sweep<'posterior>>

    interface IEnumerable<Sweep<'posterior>> with
        member this.GetEnumerator() : IEnumerator<Sweep<'posterior>> = this.Sweeps().GetEnumerator()
        member this.GetEnumerator() : IEnumerator = this.Sweeps().GetEnumerator()

/// Lazy sequences of sweeps from engines.
module internal Sweeps =

    let private present
        (engine: Engine<'state, 'info, 'answer>)
        (form: Outcome voption -> 'answer -> 'posterior)
        (saved: SavedSweep<'state>)
        =
        Sweep(
            saved.Restart,
            saved.Iteration,
            saved.Info,
            saved.Remaining,
            saved.Estimates,
            saved.Passes,
            saved.Outcome,
            lazy (form saved.Outcome (engine.Answer saved.State)),
            fun () -> StateBytes.write saved
        )

    /// A run of so many restarts, each with its own engine and generator. Passes through the data are given by those before a sweep, its
    /// number and its info.
    let private run
        (options: FitOptions)
        (restarts: int)
        (form: Outcome voption -> 'answer -> 'posterior)
        (sweepOf: 'info -> struct (SweepInfo * float * ElboEstimate[]))
        (passes: float -> int -> SweepInfo -> float)
        (rule: StopRule<'info>)
        (engineOf: int -> Engine<'state, 'info, 'answer>)
        : IEnumerable<Sweep<'posterior>> =
        let shown restart before (engine: Engine<'state, 'info, 'answer>) (steps: RunStep<'state, 'info> seq) =
            let saved before (step: RunStep<'state, 'info>) =
                let struct (info, remaining, estimates) = sweepOf step.Info

                { Restart = restart
                  Iteration = step.Iteration
                  Passes = passes before step.Iteration info
                  State = step.State
                  Info = info
                  Remaining = remaining
                  Estimates = estimates
                  Outcome = step.Outcome }

            (struct (ValueNone, before), steps)
            ||> Seq.scan (fun (struct (_, before)) step ->
                let next = saved before step
                struct (ValueSome next, next.Passes))
            |> Seq.skip 1
            |> Seq.map (fun (struct (next, _)) -> present engine form (ValueOption.get next))

        let restart index =
            let engine = engineOf index
            Run.steps engine rule (Rng.derive index (Rng.ofSeed options.Seed)) |> shown index 0.0 engine

        let from index = seq { index .. restarts - 1 } |> Seq.collect restart

        { new SweepRun<'posterior>() with
            member _.Sweeps() = from 0

            member _.Restore(bytes) =
                let saved = StateBytes.read<SavedSweep<'state>> bytes
                present (engineOf saved.Restart) form saved

            member _.After(bytes) =
                let saved = StateBytes.read<SavedSweep<'state>> bytes

                let rest =
                    if saved.Outcome.IsSome then
                        Seq.empty
                    else
                        let engine = engineOf saved.Restart
                        Run.resume engine rule saved.Iteration saved.State |> shown saved.Restart saved.Passes engine

                Seq.append rest (Seq.delay (fun () -> from (saved.Restart + 1))) }

    let private plain (info: SweepInfo) = struct (info, nan, [||])

    /// All restarts of coordinate ascent, one after the other; sweeps count their passes through the data, or these are read once.
    let ascent
        (readOnce: bool)
        (options: FitOptions)
        (form: 'answer -> 'posterior)
        (engine: Engine<'state, SweepInfo, 'answer>)
        : IEnumerable<Sweep<'posterior>> =
        let rule = Cavi.stopRule options.Tolerance options.MaxIterations
        let passes before _ (info: SweepInfo) = if readOnce then 1.0 else before + float info.Passes
        run options options.Restarts (fun _ -> form) plain passes rule (fun _ -> engine)

    /// All restarts of coordinate ascent of a model with local factors.
    let ofEngine (options: FitOptions) (form: 'answer -> 'posterior) engine = ascent false options form engine

    /// One restart for each engine, of a model without data.
    let ofEngines
        (options: FitOptions)
        (form: 'answer -> 'posterior)
        (engines: Engine<'state, SweepInfo, 'answer>[])
        : IEnumerable<Sweep<'posterior>> =
        let rule = Cavi.stopRule options.Tolerance options.MaxIterations
        run options engines.Length (fun _ -> form) plain (fun _ _ _ -> nan) rule (fun restart -> engines[restart])

    /// Stochastic inference from the given start.
    let stochastic
        (options: FitOptions)
        (form: 'globals -> 'posterior)
        (rows: Rows)
        (model: StochasticModel<'statistics, 'globals>)
        (init: Rng -> 'globals)
        : IEnumerable<Sweep<'posterior>> =
        let svi = { BatchRows = options.BatchRows; Rate = options.Rate; WholeBound = options.WholeBound }

        let sweepOf (info: SviInfo) =
            let struct (gain, _) = info.Remaining
            struct (info.Sweep, gain, info.Estimates)

        let engine = Svi.engine svi rows model init

        run
            options
            options.Restarts
            (fun _ -> form)
            sweepOf
            (fun _ epochs _ -> float epochs)
            (Svi.stopRule options.Tolerance options.Epochs)
            (fun _ -> engine)

    /// A stream of the rows in their order.
    let streaming
        (options: FitOptions)
        (form: 'globals -> 'posterior)
        (rows: Rows)
        (scale: float -> 'statistics -> 'statistics)
        (model: ConjugateModel<Vi.Kernels.Block, 'statistics, 'globals>)
        (init: Rng -> 'globals)
        : IEnumerable<Sweep<'posterior>> =
        let stream =
            { BatchRows = options.BatchRows
              Memory = options.Memory
              Tolerance = options.Tolerance
              Sweeps = options.MaxIterations }

        let engine = Streaming.engine stream rows scale model init
        let passes _ steps _ = min 1.0 (float steps * float options.BatchRows / float rows.Count)
        run options options.Restarts (fun _ -> form) plain passes (Streaming.stopRule stream rows) (fun _ -> engine)

    /// One run of an engine whose steps are not sweeps through a model's factors; the posterior is formed from outcome and state.
    let ofSteps
        (seed: uint64)
        (form: Outcome voption -> 'state -> 'posterior)
        (sweepOf: 'info -> SweepInfo)
        (rule: StopRule<'info>)
        (engine: Engine<'state, 'info, 'answer>)
        : IEnumerable<Sweep<'posterior>> =
        let stateful = { Name = engine.Name; Init = engine.Init; Step = engine.Step; Answer = id }
        run (FitOptions(Seed = seed)) 1 form (sweepOf >> plain) (fun _ _ _ -> nan) rule (fun _ -> stateful)

    /// A model whose data enter through fixed statistics, by coordinate ascent on what a reader gives or as a stream.
    let ofFixedFrom
        (options: FitOptions)
        form
        rows
        scale
        (model: ConjugateModel<Vi.Kernels.Block, 'statistics, 'globals>)
        (read: 'globals -> 'statistics)
        =
        match options.Algorithm with
        | FitAlgorithm.Streaming -> streaming options form rows scale model (fun _ -> model.Prior)
        | _ ->
            Acceleration.engineFrom options.Accelerate read model (fun _ -> Cavi.startFrom read model model.Prior)
            |> ascent true options form

    /// The same, reading the rows once.
    let ofFixed (options: FitOptions) form rows scale (model: ConjugateModel<Vi.Kernels.Block, 'statistics, 'globals>) =
        ofFixedFrom options form rows scale model (Cavi.reader rows model)
