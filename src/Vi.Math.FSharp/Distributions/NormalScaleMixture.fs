namespace Vi.Math

/// The distribution of y ~ N(Mean, Variance + 1 / tau), tau ~ Gamma(Shape, Rate): a prediction whose mean is uncertain by Variance >= 0 and
/// whose noise precision tau is uncertain too.
type NormalScaleMixture = { Mean: float; Variance: float; Shape: float; Rate: float }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Normal distributions mixed over a gamma noise precision. The integral over u = log tau is a trapezoidal sum: the integrand is analytic around
/// the real line, so that the error falls exponentially with the step (Trefethen and Weideman 2014). With Variance 0 it is Student's t
/// with 2 Shape degrees of freedom and scale^2 = Rate / Shape.
[<RequireQualifiedAccess>]
module NormalScaleMixture =

    /// Mean, variance >= 0 of the mean, shape and rate of the precision; raises ArgumentException where one is out of range. The shape
    /// must be at least 0.01, because below the sum would need too many nodes.
    let create (mean: float) (variance: float) (shape: float) (rate: float) : NormalScaleMixture =
        Require.finite "NormalScaleMixture" "Mean" mean
        Require.finite "NormalScaleMixture" "Variance" variance

        if variance < 0.0 then
            raise (
                ArgumentException($"NormalScaleMixture: Variance must not be negative, and is {variance}", "Variance")
            )

        Require.positive "NormalScaleMixture" "Shape" shape
        Require.positive "NormalScaleMixture" "Rate" rate

        if shape < 0.01 then
            raise (ArgumentException($"NormalScaleMixture: Shape must be at least 0.01, not {shape}", "Shape"))

        { Mean = mean; Variance = variance; Shape = shape; Rate = rate }

    /// Log weights (normalised) and standard deviations of the normals that make up the sum, for a point at this distance from the
    /// mean. A far point is reached by small tau, so that the nodes stretch to where tau lives given the point.
    let private nodes (d: NormalScaleMixture) (away: float) : struct (float[] * float[]) =
        let a = d.Shape
        let mode = log (a / d.Rate)
        let step = 0.2 / sqrt (1.0 + 0.16 * a)
        // Log weight relative to the mode at u = mode + t.
        let logWeight t = -a * Bregman.ofLogRatio t

        // Far enough that what is left out is below e^-58 = 1e-25 of the mass.
        let rec reach direction count =
            if logWeight (direction * step * float count) < -58.0 then
                count
            else
                reach direction (count + 1)

        let tilt =
            if abs away < 1e150 then
                Special.log1p (0.5 * away * (away / d.Rate))
            else
                2.0 * log (abs away) - log (2.0 * d.Rate)

        let left = reach -1.0 1 + int (tilt / step)
        let right = reach 1.0 1
        let offsets = Array.init (left + right + 1) (fun i -> step * float (i - left))
        let logs = Array.map logWeight offsets
        let total = Special.logSumExp (ReadOnlySpan<float> logs)

        struct (logs |> Array.map (fun w -> w - total),
                offsets |> Array.map (fun t -> sqrt (d.Variance + exp (-mode - t))))

    /// P(Y - mean <= away) = sum w_i Phi(away / sd_i), with the nodes for a point at least so far away.
    let private belowOn (nodes: float -> struct (float[] * float[])) (away: float) =
        if Double.IsInfinity away then
            if away < 0.0 then 0.0 else 1.0
        else
            let struct (logWeights, deviations) = nodes away
            let mutable sum = 0.0

            for i in 0 .. logWeights.Length - 1 do
                sum <- sum + exp logWeights[i] * Special.normalCdf (away / deviations[i])

            sum

    let private below d = belowOn (nodes d)

    /// log density of Y - mean at away.
    let private logDensityOn (nodes: float -> struct (float[] * float[])) (away: float) =
        if Double.IsInfinity away then
            Double.NegativeInfinity
        else
            let struct (logWeights, deviations) = nodes away

            let term weight deviation =
                let z = away / deviation
                weight - log deviation - 0.5 * z * z

            let terms = Array.map2 term logWeights deviations
            Special.logSumExp (ReadOnlySpan<float> terms) - 0.5 * Special.logTwoPi

    let private logDensityAt d = logDensityOn (nodes d)

    /// The mean; undefined (NaN) for Shape <= 1/2.
    let mean (d: NormalScaleMixture) = if d.Shape > 0.5 then d.Mean else Double.NaN

    /// Variance + Rate / (Shape - 1); infinite for 1/2 < Shape <= 1, undefined (NaN) for Shape <= 1/2.
    let variance (d: NormalScaleMixture) =
        if d.Shape > 1.0 then d.Variance + d.Rate / (d.Shape - 1.0)
        elif d.Shape > 0.5 then Double.PositiveInfinity
        else Double.NaN

    /// log density at y.
    let logDensity (d: NormalScaleMixture) (y: float) = logDensityAt d (y - d.Mean)

    /// P(Y <= y).
    let cdf (d: NormalScaleMixture) (y: float) = below d (y - d.Mean)

    /// P(Y > y), exact in the upper tail.
    let upperTail (d: NormalScaleMixture) (y: float) = below d (d.Mean - y)

    /// The point below which a probability p lies, 0 < p < 1.
    let quantile (d: NormalScaleMixture) (p: float) =
        if p = 0.5 then
            d.Mean
        else
            let scale = sqrt (d.Variance + d.Rate / d.Shape)

            // The search looks at a dozen points, most of them near: they share the nodes of a far one.
            let far = 16.0 * scale
            let shared = nodes d far
            let nodes away = if abs away <= far then shared else nodes d away

            let t =
                Incomplete.quantile
                    (fun t -> belowOn nodes (scale * sinh t))
                    (fun t -> belowOn nodes (scale * sinh -t))
                    (fun t -> logDensityOn nodes (scale * sinh t) + log (scale * cosh t))
                    0.0
                    1.0
                    p

            d.Mean + scale * sinh t

    /// The central interval that holds 90 %: as far below the mean as above it.
    let interval90 (d: NormalScaleMixture) : struct (float * float) =
        let low = quantile d 0.05
        struct (low, d.Mean + (d.Mean - low))

    /// One draw.
    let sample (d: NormalScaleMixture) (rng: Rng) : struct (float * Rng) =
        let struct (logTau, rng) = Rng.logGamma d.Shape rng
        let struct (z, rng) = Rng.normal rng
        struct (d.Mean + z * sqrt (d.Variance + d.Rate * exp -logTau), rng)
