namespace Vi.Math

/// How far a minibatch moves the global factors towards its own optimum: the step rho of step number t = 1, 2, ...
type LearningRate =
    /// rho_t = (t + delay)^-decay with delay >= 0 and 0.5 < decay <= 1 (Robbins and Monro 1951; Hoffman et al. 2013, 31).
    | RobbinsMonro of delay: float * decay: float
    /// The same step always, 0 < rho <= 1: the factors then keep moving with the minibatches' noise.
    | Constant of rho: float
    /// As large as the signal in the natural gradient is against its noise (Ranganath et al. 2013).
    | Adaptive

/// Running averages of the natural gradient, from which the adaptive rate is made.
type GradientAverages =
    {
        /// Average of the gradient g; empty where the rate needs none.
        Gradient: Vec
        /// Average of g'g.
        Square: float
        /// Number of steps that the averages look back.
        Memory: float
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Schedules of steps.
[<RequireQualifiedAccess>]
module LearningRate =

    /// Steps over which the adaptive rate gathers its first averages, going by a Robbins-Monro rate meanwhile.
    let private warmUp = 10

    let private robbinsMonro delay decay step = (float step + delay) ** -decay

    /// Averages of nothing.
    let start: GradientAverages = { Gradient = Vec.zero 0; Square = 0.0; Memory = 0.0 }

    let private average (memory: float) (gradient: Vec) (averages: GradientAverages) =
        let share = 1.0 / memory

        { averages with
            Gradient =
                if averages.Gradient.Length = 0 then
                    gradient
                else
                    Vec.map2 (fun old now -> (1.0 - share) * old + share * now) averages.Gradient gradient
            Square = (1.0 - share) * averages.Square + share * Vec.dot gradient gradient }

    /// The step of step number t >= 1, and the averages after it; the gradient, the way to the minibatch's optimum in natural parameters,
    /// is asked for where the rate depends on it.
    let next (rate: LearningRate) (step: int64) (gradient: unit -> Vec) (averages: GradientAverages) =
        match rate with
        | RobbinsMonro(delay, decay) -> struct (robbinsMonro delay decay step, averages)
        | Constant rho -> struct (rho, averages)
        | Adaptive ->
            if step <= int64 warmUp then
                let averages = average (float step) (gradient ()) averages
                struct (robbinsMonro 1.0 0.7 step, { averages with Memory = float step })
            else
                let averages = average averages.Memory (gradient ()) averages
                let signal = Vec.dot averages.Gradient averages.Gradient
                // No gradient at all is a fixed point; any step stays there.
                let rho = if averages.Square > 0.0 then min 1.0 (signal / averages.Square) else 1.0
                struct (rho, { averages with Memory = max 1.0 (averages.Memory * (1.0 - rho) + 1.0) })
