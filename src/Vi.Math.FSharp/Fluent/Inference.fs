namespace Vi.Math.Fluent

open System
open Vi.Math
open Vi.Math.FSharp

/// An inference algorithm with its settings: one of the classes that inherit from it, e.g. `new NutsInference { Chains = 4 }`. A setting that
/// is null has the algorithm's own default.
[<AbstractClass>]
type Inference() =

    /// The algorithm's name, e.g. nuts.
    abstract Name: string

    /// The run on a model, which `ModelRun` drives. Raises InferenceOptionException where a setting does not fit the model.
    abstract Begin: model: Model * seed: uint64 * threads: int -> InferenceRun<ModelAnswer>

/// What classes of settings share.
module internal Settings =

    /// The value given, or the algorithm's own.
    let given (standard: 'value) (value: Nullable<'value>) = if value.HasValue then value.Value else standard

    /// The value given, if any.
    let optional (value: Nullable<'value>) = if value.HasValue then ValueSome value.Value else ValueNone

    /// The run of an inference of the core, with its answer on the model's own scale.
    let start (inference: Inference<'found>) (form: Model -> uint64 -> 'found -> ModelAnswer) model seed threads =
        let run = inference.Start (model: Model).Target threads (Rng.ofSeed seed)
        MappedRun(run, form model seed) :> InferenceRun<ModelAnswer>
