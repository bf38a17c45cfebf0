namespace Vi.Math.Fluent

open System.Collections.Generic

/// Inference of a model by an algorithm that needs no more than its log density: a lazy run, step by step, that can be stored and resumed.
/// Making it raises InferenceOptionException where options do not go together with the model.
[<Sealed>]
type ModelRun(model: Model, options: InferenceOptions) =

    let method = InferenceMethods.create options model

    /// The steps, lazily. Whoever pulls may stop at any time; `Answer` then answers with the last state.
    member _.Steps() : IEnumerable<InferenceStep> = method.Steps ValueNone

    /// The steps that follow a stored state, to the bit those that would have followed it.
    member _.StepsAfter(saved: byte[]) : IEnumerable<InferenceStep> = method.Steps(ValueSome saved)

    /// The state after the last step pulled as bytes; there must be one.
    member _.Save() : byte[] = method.Save()

    /// What the last step pulled answers, or the stored one where none was pulled after it.
    member _.Answer() : ModelAnswer =
        match method.Answer() with
        | Approximation fit -> ModelAnswers.ofFit options model fit
        | Responded(fit, response, outcome) -> ModelAnswers.ofResponse options model fit response outcome
        | Chained set -> ModelAnswers.ofChains options model set
