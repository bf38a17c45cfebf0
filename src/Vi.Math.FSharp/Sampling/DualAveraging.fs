namespace Vi.Math

/// Where the search for a step size stands.
type DualAveraging =
    {
        /// Number of observations.
        Count: int
        /// Log of the step size that the search is drawn to.
        Center: float
        /// Average shortfall of the acceptance rate, recent observations heavier.
        Shortfall: float
        /// Log of the step size to try next.
        LogStep: float
        /// Average of the logs: the answer.
        LogAverage: float
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Nesterov's (2009) dual averaging for the step size that gives a target acceptance rate (Hoffman and Gelman 2014, section 3.2, with
/// their constants gamma = 0.05, t0 = 10, kappa = 0.75).
[<RequireQualifiedAccess>]
module DualAveraging =

    let private gamma = 0.05
    let private delay = 10.0
    let private decay = 0.75

    /// A search that begins at a step size and is drawn to ten times it: larger steps cost less to try.
    let start (step: float) : DualAveraging =
        { Count = 0; Center = log (10.0 * step); Shortfall = 0.0; LogStep = log step; LogAverage = 0.0 }

    /// The search after the step to try had an acceptance rate (0 to 1; NaN counts as 0).
    let observe (target: float) (rate: float) (search: DualAveraging) : DualAveraging =
        let count = float (search.Count + 1)
        let rate = if Double.IsNaN rate then 0.0 else min 1.0 rate
        let share = 1.0 / (count + delay)
        let shortfall = (1.0 - share) * search.Shortfall + share * (target - rate)
        let logStep = search.Center - shortfall * sqrt count / gamma
        let weight = count ** -decay

        { Count = search.Count + 1
          Center = search.Center
          Shortfall = shortfall
          LogStep = logStep
          LogAverage = (1.0 - weight) * search.LogAverage + weight * logStep }

    /// The step size to try next.
    let next (search: DualAveraging) = exp search.LogStep

    /// The step size to settle for.
    let settled (search: DualAveraging) = if search.Count = 0 then exp search.LogStep else exp search.LogAverage
