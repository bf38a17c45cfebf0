namespace Vi.Math.Fluent

open System.Collections.Generic
open System.Runtime.InteropServices
open Vi.Math

/// Inference of a model by an algorithm that needs only its log density: a lazy run, step by step, that can be stored and resumed. Making it
/// raises InferenceOptionException where a setting does not fit the model. No result depends on the number of threads.
[<Sealed>]
type ModelRun
    (
        model: Model,
        inference: Inference,
        [<Optional; DefaultParameterValue(42UL)>] seed: uint64,
        [<Optional; DefaultParameterValue(1)>] threads: int
    ) =

    let run = inference.Begin(model, seed, threads)

    /// The steps, lazily. Whoever pulls may stop at any time; `Answer` then answers with the last state.
    member _.Steps() : IEnumerable<InferenceStep> = run.Steps()

    /// The steps that follow a stored state, with bit-identical results.
    member _.StepsAfter(saved: byte[]) : IEnumerable<InferenceStep> = run.StepsAfter saved

    /// The state after the last step pulled as bytes; there must be one.
    member _.Save() : byte[] = run.Save()

    /// What the last step pulled answers, or the stored one where none was pulled after it.
    member _.Answer() : ModelAnswer = run.Answer()

    /// The answer at the end of all steps.
    member this.Finish() : ModelAnswer =
        for _ in this.Steps() do
            ()

        this.Answer()
