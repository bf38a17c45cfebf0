namespace Vi.Math

open System

/// Turns a gradient into an update, in place.
type IUpdateRule =

    /// At step 1, 2, ...: the direction (P), at first the gradient, is overwritten by the update; the state is that of the rule.
    abstract Apply: step: int64 * direction: Span<float> * state: Span<float> -> unit

/// A first-order optimiser as a pair: how much state it keeps, zero at first, and its update. Optimisers compose, one working on what the
/// other gives, with an identity.
[<NoComparison; NoEquality>]
type Optimizer =
    {
        /// Its name, e.g. adam.
        Name: string
        /// Numbers of state for P parameters.
        StateSize: int -> int
        /// The update.
        Rule: IUpdateRule
    }

/// How large steps are.
type StepSchedule =
    /// The same always.
    | Steady of rate: float
    /// rate (1 + step / halving)^-power (Robbins and Monro 1951), power in (0.5, 1].
    | Decaying of rate: float * halving: float * power: float

/// First-order optimisers that a setting can name.
[<RequireQualifiedAccess>]
type OptimizerRule =
    | Adam
    | RmsProp
    | Sgd

/// A named optimiser with its first rate, 0.01 where none is given.
type OptimizerChoice = { Rule: OptimizerRule; Rate: float voption }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// First-order optimisers.
[<RequireQualifiedAccess>]
module Optimizer =

    /// Leaves the gradient as it is.
    let identity: Optimizer =
        { Name = "identity"
          StateSize = fun _ -> 0
          Rule =
            { new IUpdateRule with
                member _.Apply(_, _, _) = () } }

    /// The second after the first.
    let compose (first: Optimizer) (second: Optimizer) : Optimizer =
        { Name = $"{first.Name} then {second.Name}"
          StateSize = fun count -> first.StateSize count + second.StateSize count
          Rule =
            { new IUpdateRule with
                member _.Apply(step, direction, state) =
                    let share = first.StateSize direction.Length
                    first.Rule.Apply(step, direction, state.Slice(0, share))
                    second.Rule.Apply(step, direction, state.Slice share) } }

    /// The rate of a step 1, 2, ...
    let rate (schedule: StepSchedule) (step: int64) =
        match schedule with
        | Steady rate -> rate
        | Decaying(rate, halving, power) -> rate * (1.0 + float (step - 1L) / halving) ** -power

    /// Times the rate.
    let scale (schedule: StepSchedule) : Optimizer =
        { Name = "scale"
          StateSize = fun _ -> 0
          Rule =
            { new IUpdateRule with
                member _.Apply(step, direction, _) =
                    let rate = rate schedule step

                    for i in 0 .. direction.Length - 1 do
                        direction[i] <- rate * direction[i] } }

    /// No longer than a length > 0.
    let clip (length: float) : Optimizer =
        { Name = "clip"
          StateSize = fun _ -> 0
          Rule =
            { new IUpdateRule with
                member _.Apply(_, direction, _) =
                    let norm = sqrt (LinearAlgebra.Dot(Span.op_Implicit direction, Span.op_Implicit direction))

                    if norm > length then
                        for i in 0 .. direction.Length - 1 do
                            direction[i] <- direction[i] * (length / norm) } }

    /// A running sum of gradients that forgets at a rate 1 - decay.
    let momentum (decay: float) : Optimizer =
        { Name = "momentum"
          StateSize = id
          Rule =
            { new IUpdateRule with
                member _.Apply(_, direction, state) =
                    for i in 0 .. direction.Length - 1 do
                        state[i] <- decay * state[i] + direction[i]
                        direction[i] <- state[i] } }

    /// Each entry over the root of its running mean square, both corrected for their start at 0 (Kingma and Ba 2015).
    let scaleByAdam (decayMean: float) (decaySquare: float) (epsilon: float) : Optimizer =
        { Name = "adam"
          StateSize = fun count -> 2 * count
          Rule =
            { new IUpdateRule with
                member _.Apply(step, direction, state) =
                    let count = direction.Length

                    VectorKernel.Adam(
                        direction,
                        state.Slice(0, count),
                        state.Slice(count, count),
                        decayMean,
                        decaySquare,
                        1.0 - decayMean ** float step,
                        1.0 - decaySquare ** float step,
                        epsilon
                    ) } }

    /// Each entry over the root of its running mean square (Hinton 2012).
    let scaleByRootMeanSquare (decay: float) (epsilon: float) : Optimizer =
        { Name = "rmsprop"
          StateSize = fun count -> 2 * count
          Rule =
            { new IUpdateRule with
                member _.Apply(_, direction, state) =
                    let count = direction.Length

                    VectorKernel.Adam(
                        direction,
                        state.Slice(0, count),
                        state.Slice(count, count),
                        0.0,
                        decay,
                        1.0,
                        1.0,
                        epsilon
                    ) } }

    /// Adam with decays 0.9 and 0.999 and epsilon 1e-8.
    let adam (schedule: StepSchedule) = { compose (scaleByAdam 0.9 0.999 1e-8) (scale schedule) with Name = "adam" }

    /// RMSprop with decay 0.9 and epsilon 1e-8.
    let rmsProp (schedule: StepSchedule) =
        { compose (scaleByRootMeanSquare 0.9 1e-8) (scale schedule) with Name = "rmsprop" }

    /// Plain stochastic gradients.
    let sgd (schedule: StepSchedule) = { scale schedule with Name = "sgd" }

    /// A named optimiser for at most so many steps. By the last of them its rate has fallen to a sixth of the first: at a steady rate averages
    /// keep a bias in proportion to the rate (0.8 posterior standard deviations in section 7 of the notebook).
    let chosen (steps: int) (choice: OptimizerChoice) : Optimizer =
        let schedule = Decaying(ValueOption.defaultValue 0.01 choice.Rate, 0.1 * float steps, 0.75)

        match choice.Rule with
        | OptimizerRule.Adam -> adam schedule
        | OptimizerRule.RmsProp -> rmsProp schedule
        | OptimizerRule.Sgd -> sgd schedule

    /// The first state for P parameters.
    let init (parameters: int) (optimizer: Optimizer) : Vec = Vec.zero (optimizer.StateSize parameters)

    /// The update that belongs to a gradient (P) at a step 1, 2, ..., and the next state.
    let update (optimizer: Optimizer) (step: int64) (gradient: Vec) (state: Vec) : struct (Vec * Vec) =
        let direction = gradient.ToArray()
        let next = state.ToArray()
        optimizer.Rule.Apply(step, direction.AsSpan(), next.AsSpan())
        struct (Vec.wrap direction, Vec.wrap next)
