namespace Vi.Math

/// How a run ended: a closed set, each with a sentence for a person.
type Verdict =
    /// The last step gained next to nothing: its gain in nats and how far it moved the posterior, in posterior standard deviations.
    | Converged of gain: float * change: float
    /// The budget of steps was used up while the last step still gained, in nats.
    | BudgetSpent of iterations: int * gain: float
    /// The bound fell by more than rounding explains: the step and the fall in nats.
    | Diverged of iteration: int * fall: float
    /// A term of the bound is not a finite number: the step and the term's name.
    | NotFinite of iteration: int * term: string

namespace Vi.Math.FSharp

open Vi.Math

/// Outcomes in words.
[<RequireQualifiedAccess>]
module Verdict =

    /// The outcome's short name: converged, budget-spent or diverged.
    let status verdict =
        match verdict with
        | Converged _ -> "converged"
        | BudgetSpent _ -> "budget-spent"
        | Diverged _
        | NotFinite _ -> "diverged"

    /// The outcome as a sentence with its figures.
    let sentence verdict =
        match verdict with
        | Converged(gain, change) ->
            $"Converged: the last sweep gained {max 0.0 gain:g2} nats and moved the posterior by {change:g2} of its standard deviations."
        | BudgetSpent(iterations, gain) when System.Double.IsNaN gain ->
            $"Budget spent after {iterations} sweeps; whether it has converged is not known."
        | BudgetSpent(iterations, gain) ->
            $"Budget spent, not converged: after {iterations} sweeps a sweep still gained {gain:g2} nats."
        | Diverged(iteration, fall) ->
            $"Diverged: sweep {iteration} lowered the bound by {fall:g2} nats, more than rounding explains."
        | NotFinite(iteration, term) ->
            $"Diverged: in sweep {iteration} the term '{term}' of the bound is not a finite number."
