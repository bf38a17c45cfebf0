namespace Vi.Math

open System.Collections.Generic

/// How far a run has come, as its algorithm counts.
[<RequireQualifiedAccess>]
type InferencePhase =
    /// The whole run in one step.
    | WholeRun
    /// An optimiser has made so many steps.
    | Steps of steps: int
    /// L-BFGS has made so many iterations.
    | Iterations of iterations: int
    /// The force that still moves the particles, in posterior standard deviations.
    | Force of force: float
    /// Each chain has made so many of its draws of warm-up.
    | WarmUp of draws: int * all: int
    /// Each chain has made so many of the draws that are kept.
    | Draws of draws: int * all: int

/// What a step of a run reported: a block of an optimiser's steps, of particles' moves, of draws.
[<NoComparison; NoEquality>]
type InferenceStep =
    {
        /// Number of the step, from 1.
        Iteration: int
        /// The bound's estimate (advi), or the mean log density of the step's draws (samplers, particles), in nats.
        Objective: float
        /// Its standard error, in nats; not a number where it is not known.
        StandardError: float
        /// What the step gained, in nats; not a number where it is not known.
        Gain: float
        /// How far the run has come.
        Phase: InferencePhase
        /// Share of the whole run that is done, where it is known from the beginning (samplers); otherwise not a number.
        Share: float
        /// Gradients or values of log p that the run has evaluated so far.
        Evaluations: float
        /// Trajectories that diverged so far, those of warm-up not counted; 0 where there are none.
        Divergences: int
        /// How the run ended; null while it continues.
        Outcome: Outcome | null
    }

/// An inference on its way: lazy steps that can be stored and resumed.
[<AbstractClass>]
type InferenceRun<'answer>() =

    /// The steps, lazily. Whoever pulls may stop at any time; `Answer` then answers with the last state.
    abstract Steps: unit -> IEnumerable<InferenceStep>

    /// The steps that follow stored bytes, with bit-identical results. Raises StateLayoutException where another build of the program stored
    /// them.
    abstract StepsAfter: saved: byte[] -> IEnumerable<InferenceStep>

    /// The run after the last step pulled as bytes; there must be one.
    abstract Save: unit -> byte[]

    /// What the last step pulled answers, or the stored one where none was pulled after it.
    abstract Answer: unit -> 'answer

/// An inference algorithm with its settings.
[<NoComparison; NoEquality>]
type Inference<'answer> =
    {
        /// The algorithm's name, e.g. nuts.
        Name: string
        /// The run on a target with so many worker threads, on which no result depends, from a generator. Raises InferenceOptionException where
        /// a setting does not fit the target.
        Start: InferenceTarget -> int -> Rng -> InferenceRun<'answer>
    }

namespace Vi.Math.FSharp

open Vi.Math

/// The run of an engine: how its steps and its end read.
[<Sealed>]
type internal EngineRun<'state, 'info, 'answer>
    (
        parts: RunParts<'state, 'info>,
        describe: RunProgress<'state, 'info> -> InferenceStep,
        answer: RunProgress<'state, 'info> -> 'answer,
        rng: Rng
    ) =
    inherit InferenceRun<'answer>()

    let mutable last: RunProgress<'state, 'info> voption = ValueNone

    let progress () =
        match last with
        | ValueSome run -> run
        | ValueNone -> invalidOp "nothing was run yet"

    let follow (runs: RunProgress<'state, 'info> seq) =
        runs
        |> Seq.map (fun run ->
            last <- ValueSome run
            describe run)

    override _.Steps() = RunProgress.steps parts rng |> follow

    override _.StepsAfter saved =
        let run = StateBytes.read<SavedRun<'state, 'info>> saved |> RunProgress.restore parts.Evaluations
        last <- ValueSome run
        RunProgress.following parts run |> follow

    override _.Save() = StateBytes.write (RunProgress.save (progress ()))
    override _.Answer() = answer (progress ())

/// The run of a method without steps. Its stored state is empty: what it finds is found again.
[<Sealed>]
type internal OneShotRun(find: unit -> VariationalFit) =
    inherit InferenceRun<VariationalFit>()

    let found = lazy (find ())

    let report () =
        let fit = found.Force()

        let struct (elbo, error) =
            match fit.Evidence with
            | ValueSome evidence -> struct (evidence.Elbo, evidence.ElboError)
            | ValueNone -> struct (nan, nan)

        { Iteration = 1
          Objective = elbo
          StandardError = error
          Gain = nan
          Phase = InferencePhase.WholeRun
          Share = 1.0
          Evaluations = fit.Evaluations
          Divergences = 0
          Outcome = ValueOption.toObj fit.Outcome }

    override _.Steps() = Seq.delay (fun () -> Seq.singleton (report ()))
    override _.StepsAfter _ = Seq.empty
    override _.Save() = [||]
    override _.Answer() = found.Force()

/// A run whose answer is another form of the first one's.
[<Sealed>]
type internal MappedRun<'found, 'answer>(run: InferenceRun<'found>, form: 'found -> 'answer) =
    inherit InferenceRun<'answer>()
    override _.Steps() = run.Steps()
    override _.StepsAfter saved = run.StepsAfter saved
    override _.Save() = run.Save()
    override _.Answer() = form (run.Answer())

/// Inference from beginning to end. The algorithms are modules of their own: `AdviInference`, `ChainInference` and so on, each with its
/// settings' defaults and `create`.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Inference =

    /// The lazy run from a seed on one thread.
    let start (inference: Inference<'answer>) (target: InferenceTarget) (seed: uint64) : InferenceRun<'answer> =
        inference.Start target 1 (Rng.ofSeed seed)

    /// What the run answers at its end: the same as from C# and from an experiment file with the same seed and settings.
    let run (inference: Inference<'answer>) (target: InferenceTarget) (seed: uint64) : 'answer =
        let run = start inference target seed

        for _ in run.Steps() do
            ()

        run.Answer()
