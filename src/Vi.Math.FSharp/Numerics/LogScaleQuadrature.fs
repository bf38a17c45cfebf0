namespace Vi.Math

/// Points and normalised weights of a density known up to a constant, with the logarithm of that constant.
type WeightedNodes =
    {
        /// Points u_i, ascending and equally spaced.
        Points: float[]
        /// Weights that add up to 1: the share of the integral at each point.
        Weights: float[]
        /// log of the integral of exp f.
        LogIntegral: float
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Integrals of exp f(u) over the real line for smooth f with one hump.
[<RequireQualifiedAccess>]
module LogScaleQuadrature =

    /// Beyond this many nats below the peak the integrand is cut off; exp(-45) is 3e-20.
    let private depth = 45.0

    let private intervals = 1024

    /// The peak: a scan over |u| <= 200 widening from 0, then golden section between its neighbours.
    let private peak (f: float -> float) =
        let best = seq { -200.0 .. 1.0..200.0 } |> Seq.maxBy f
        let ratio = 0.5 * (sqrt 5.0 - 1.0)

        let rec narrow low high =
            if high - low < 1e-6 then
                0.5 * (low + high)
            else
                let left = high - ratio * (high - low)
                let right = low + ratio * (high - low)
                if f left > f right then narrow low right else narrow left high

        narrow (best - 1.0) (best + 1.0)

    /// Where f has fallen by the depth, in a direction from the peak: doubling, then bisection to one part in 2^10.
    let private edge (f: float -> float) top direction =
        let floor = f top - depth

        let rec out step =
            if step > 1e6 || not (f (top + direction * step) > floor) then
                step
            else
                out (2.0 * step)

        let reach = out 1e-6

        let rec bisect low high count =
            if count = 0 then
                high
            else
                let middle = 0.5 * (low + high)

                if f (top + direction * middle) > floor then
                    bisect middle high (count - 1)
                else
                    bisect low middle (count - 1)

        top + direction * bisect (0.5 * reach) reach 10

    /// Nodes of the trapezoidal rule between the points where exp f has died out. For analytic integrands the rule converges
    /// geometrically (Trefethen and Weideman 2014).
    let nodes (f: float -> float) : WeightedNodes =
        let top = peak f
        let low = edge f top -1.0
        let high = edge f top 1.0
        let step = (high - low) / float intervals
        let points = Array.init (intervals + 1) (fun i -> low + step * float i)
        let logValues = Array.map f points
        let logSum = Special.logSumExp (ReadOnlySpan logValues)

        { Points = points
          Weights = logValues |> Array.map (fun value -> exp (value - logSum))
          LogIntegral = logSum + log step }
