namespace Vi.Math

/// The bound's estimate over a stretch of steps.
type ElboPoint =
    {
        /// Steps made by its end.
        Steps: int
        /// Average estimate, in nats.
        Elbo: float
        /// Its standard error; infinite for a single step.
        StandardError: float
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Estimates of the bound over stretches of steps.
[<RequireQualifiedAccess>]
module internal ElboPoint =

    /// The mean of a stretch's estimates, however they are weighted, with its standard error, as if they were independent and weighed the same.
    let ofEstimates (steps: int) (mean: float) (estimates: float[]) : ElboPoint =
        let count = float estimates.Length
        let squares = estimates |> Array.sumBy (fun estimate -> (estimate - mean) * (estimate - mean))

        { Steps = steps
          Elbo = mean
          StandardError = if count > 1.0 then sqrt (squares / (count - 1.0) / count) else infinity }
