namespace Vi.Math.Fluent

open System
open Vi.Math
open Vi.Math.FSharp

/// What a block of steps reported.
[<Sealed>]
type InferenceStep
    internal
    (
        iteration: int,
        objective: float,
        error: float,
        gain: float,
        phase: string,
        share: float,
        outcome: Outcome voption
    ) =

    /// Number of the block, from 1.
    member _.Iteration = iteration

    /// The bound's estimate (advi), or the mean log density of the block's draws (samplers, particles), in nats.
    member _.Objective = objective

    /// Its standard error, in nats; not a number where it is not known.
    member _.StandardError = error

    /// What the block gained, in nats; not a number where it is not known.
    member _.Gain = gain

    /// What the block did, in words: so many steps, warm-up, draws.
    member _.Phase = phase

    /// Share of the whole run that is done now, where it is known from the beginning (samplers); otherwise not a number.
    member _.Share = share

    /// How the run ended; null while it goes on.
    member _.Outcome: Outcome | null =
        match outcome with
        | ValueSome outcome -> outcome
        | ValueNone -> null

/// A run that a model's inference is, step by step.
[<AbstractClass>]
type internal InferenceMethod() =

    /// Blocks from the beginning, or those that follow stored bytes.
    abstract Steps: saved: byte[] voption -> InferenceStep seq

    /// The state after the last block as bytes.
    abstract Save: unit -> byte[]

    /// What the last state answers: of the last block pulled, or the stored one.
    abstract Answer: unit -> InferenceFound

/// What an algorithm found.
and [<NoComparison; NoEquality>] internal InferenceFound =
    | Approximation of VariationalFit
    /// With the linear response of all coordinates, where it was asked for and can be had, and what it came to in a sentence.
    | Responded of VariationalFit * FixedDrawsResponse voption * outcome: string
    | Chained of SampleSet

/// An engine with its driver.
[<Sealed>]
type internal EngineMethod<'state, 'info, 'answer>
    (
        engine: Engine<'state, 'info, 'answer>,
        rule: StopRule<'info>,
        rng: Rng,
        describe: RunStep<'state, 'info> -> InferenceStep,
        answer: Outcome voption -> 'state -> InferenceFound
    ) =
    inherit InferenceMethod()

    let mutable last: SavedRun<'state> voption = ValueNone

    let lastRun () =
        match last with
        | ValueSome run -> run
        | ValueNone -> invalidOp "nothing was run yet"

    override _.Steps saved =
        let steps =
            match saved with
            | ValueSome bytes ->
                let run = StateBytes.read<SavedRun<'state>> bytes
                last <- ValueSome run
                if run.Outcome.IsSome then Seq.empty else Run.resume engine rule run.Iteration run.State
            | ValueNone -> Run.steps engine rule rng

        steps
        |> Seq.map (fun step ->
            last <- ValueSome { Iteration = step.Iteration; Outcome = step.Outcome; State = step.State }
            describe step)

    override _.Save() = StateBytes.write (lastRun ())
    override _.Answer() = answer (lastRun ()).Outcome (lastRun ()).State

/// A method without steps. Its stored state is empty: what it finds is found again.
[<Sealed>]
type internal OneShotMethod(find: unit -> VariationalFit) =
    inherit InferenceMethod()

    let found = lazy (find ())

    let report () =
        let fit = found.Force()

        let struct (elbo, error) =
            match fit.Evidence with
            | ValueSome evidence -> struct (evidence.Elbo, evidence.ElboError)
            | ValueNone -> struct (nan, nan)

        InferenceStep(1, elbo, error, nan, fit.Algorithm, 1.0, fit.Outcome)

    override _.Steps saved =
        if saved.IsSome then
            Seq.empty
        else
            Seq.delay (fun () -> Seq.singleton (report ()))

    override _.Save() = [||]
    override _.Answer() = Approximation(found.Force())

/// Options as algorithms read them.
[<RequireQualifiedAccess>]
module internal Chosen =

    /// Refuses an option of a name; raises InferenceOptionException.
    let refuse (option: string) (message: string) : 'a = raise (InferenceOptionException(option, message))

    /// The number given, or the algorithm's own where none is.
    let orDefault (standard: int) (given: int) = if given > 0 then given else standard

    /// The accuracy given, or the algorithm's own.
    let accuracy (standard: float) (options: InferenceOptions) =
        if options.Accuracy.HasValue then options.Accuracy.Value else standard

    /// A first-order optimiser for at most so many steps. Its rate falls to a sixth of the first by the last of them: at a rate that stays,
    /// averages keep a bias in proportion to it (0.8 posterior standard deviations in section 7 of the notebook).
    let optimizer (options: InferenceOptions) (steps: int) : Optimizer =
        let first = if options.LearningRate > 0.0 then options.LearningRate else 0.01
        let rate = Decaying(first, 0.1 * float steps, 0.75)

        match options.Optimizer with
        | "adam" -> Optimizer.adam rate
        | "rmsprop" -> Optimizer.rmsProp rate
        | "sgd" -> Optimizer.sgd rate
        | other -> refuse (nameof options.Optimizer) $"there is no optimiser '{other}': adam, rmsprop or sgd"
