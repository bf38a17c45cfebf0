namespace Vi.Math

/// A number's posterior mean and standard deviation as draws of q on their way to the posterior give them, in units of q.
[<Struct>]
type MovedEstimate =
    {
        /// Posterior mean, from q's mean.
        Mean: float
        /// Its Monte Carlo standard error.
        MeanError: float
        /// Logarithm of the posterior standard deviation.
        LogSd: float
        /// Its Monte Carlo standard error.
        LogSdError: float
        /// Distance of q's mean from the posterior mean, in posterior standard deviations.
        Drift: float
        /// Its Monte Carlo standard error.
        DriftError: float
        /// Share of the distance between two draws after the first sweep that is left in the window.
        Memory: float
        /// Its Monte Carlo standard error.
        MemoryError: float
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Where draws of q are going. The mean of a number over a window of sweeps, given where the first sweep took a draw, is m + b (first - m) for a chain that
/// forgets geometrically: the regression of the one on the other over the draws gives b, what is left, and with it the limit m. The first sweep and not the
/// draw itself, since of a factor that is drawn anew given the others nothing is left, while the others still move it.
[<RequireQualifiedAccess>]
module Stationarity =

    /// Share that may be left where a limit is taken from what was lost of it. Of a chain that keeps more, what is estimated lies on the way: a
    /// lower bound of the error.
    let mostLeft = 0.5

    /// Sums over the draws: of where the first sweep led s, window mean y, window square u.
    [<Struct>]
    type private Sums = { N: float; S: float; Ss: float; Y: float; Yy: float; Sy: float; U: float }

    let private add sign (s: float) (y: float) (u: float) (sums: Sums) =
        { N = sums.N + sign
          S = sums.S + sign * s
          Ss = sums.Ss + sign * s * s
          Y = sums.Y + sign * y
          Yy = sums.Yy + sign * y * y
          Sy = sums.Sy + sign * s * y
          U = sums.U + sign * u }

    /// Limit m, log sd at the limit, and what is left.
    let private limit (sums: Sums) =
        let n = sums.N
        let s, y = sums.S / n, sums.Y / n
        let ss = max 1e-300 (sums.Ss / n - s * s)
        let slope = (sums.Sy / n - s * y) / ss
        let left = min mostLeft (max 0.0 slope)
        let mean = (y - left * s) / (1.0 - left)
        let between = max 0.0 (sums.Yy / n - y * y) / (n - 1.0)
        let variance = sums.U / n - y * y + between
        let kept = left * left
        let atLimit = max (0.01 * variance) ((variance - kept * ss) / (1.0 - kept))
        struct (mean, 0.5 * log (max 1e-300 atLimit), slope)

    /// Standard error of a figure by leaving out one draw after the other (Efron and Stein 1981).
    let private jackknife (values: float[]) =
        let n = float values.Length
        let mean = Array.average values
        sqrt ((n - 1.0) / n * Array.sumBy (fun value -> (value - mean) * (value - mean)) values)

    /// The estimate for one number from the first sweep and a later window, at least three draws.
    let estimate (first: MovedWindow) (window: MovedWindow) (d: int) : MovedEstimate =
        let count = first.Means.Rows

        let all =
            ({ N = 0.0; S = 0.0; Ss = 0.0; Y = 0.0; Yy = 0.0; Sy = 0.0; U = 0.0 }, seq { 0 .. count - 1 })
            ||> Seq.fold (fun sums i -> add 1.0 first.Means[i, d] window.Means[i, d] window.Squares[i, d] sums)

        let struct (mean, logSd, left) = limit all

        let without =
            Array.init count (fun i -> limit (add -1.0 first.Means[i, d] window.Means[i, d] window.Squares[i, d] all))

        let error figure = jackknife (Array.map figure without)
        let drift (struct (mean, logSd, _)) = -mean / exp logSd

        { Mean = mean
          MeanError = error (fun (struct (mean, _, _)) -> mean)
          LogSd = logSd
          LogSdError = error (fun (struct (_, logSd, _)) -> logSd)
          Drift = drift (struct (mean, logSd, left))
          DriftError = error drift
          Memory = left
          MemoryError = error (fun (struct (_, _, left)) -> left) }

    /// What is left over of a difference once Monte Carlo errors have explained what they can, as a variance.
    let private unexplained (difference: float) (error: float) (before: float) =
        max 0.0 (difference * difference - error * error - before * before)

    /// The estimate with errors that also hold its change from the window before, as far as Monte Carlo errors do not explain that: a limit that still moves
    /// is not reached.
    let settled (before: MovedEstimate) (estimate: MovedEstimate) : MovedEstimate =
        let wider figure (error: MovedEstimate -> float) =
            sqrt (
                error estimate * error estimate
                + unexplained (figure estimate - figure before) (error estimate) (error before)
            )

        { estimate with
            MeanError = wider _.Mean _.MeanError
            LogSdError = wider _.LogSd _.LogSdError
            DriftError = wider _.Drift _.DriftError }
