namespace Vi.Math

/// The generalised Pareto distribution of exceedances x >= 0: P(X > x) = (1 + Shape x / Scale)^(-1/Shape), and exp(-x / Scale) at shape 0. Its mean
/// is finite below shape 1, its variance below 1/2; at a negative shape x is bounded by -Scale / Shape.
type GeneralizedPareto = { Shape: float; Scale: float }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Generalised Pareto distributions fitted to exceedances.
[<RequireQualifiedAccess>]
module GeneralizedPareto =

    /// mean log(1 - b x): the shape of the profile's distribution at b = -shape / scale.
    let private shapeAt (b: float) (x: ReadOnlySpan<float>) =
        let mutable sum = 0.0

        for value in x do
            sum <- sum + Special.log1p (-b * value)

        sum / float x.Length

    /// log likelihood per exceedance, maximised over the shape given b: log(-b / shape) - shape - 1, whose limit at b = 0 is the
    /// exponential distribution's.
    let private profile (b: float) (mean: float) (x: ReadOnlySpan<float>) =
        if b = 0.0 then
            -log mean - 1.0
        else
            let shape = shapeAt b x
            log (-b / shape) - shape - 1.0

    /// The distribution fitted to exceedances in ascending order by Zhang and Stephens' (2009) quasi-Bayesian rule: b = -shape / scale is averaged
    /// over a grid by its profile likelihood. The shape is then drawn to 1/2 by as much as ten observations weigh (Vehtari et al. 2024,
    /// appendix G), which steadies it for short tails. Nothing where no such distribution is determined: fewer than five exceedances, a largest
    /// one that is not finite, or a quarter of them zero.
    let tryFit (ascending: ReadOnlySpan<float>) : GeneralizedPareto voption =
        let n = ascending.Length
        let quartile = if n < 5 then 0.0 else ascending[int (floor (float n / 4.0 + 0.5)) - 1]

        if not (quartile > 0.0) || not (Double.IsFinite ascending[n - 1]) then
            ValueNone
        else
            let gridSize = 30 + int (floor (sqrt (float n)))
            let grid = Array.zeroCreate gridSize
            let logLikelihood = Array.zeroCreate gridSize
            let mutable mean = 0.0

            for value in ascending do
                mean <- mean + value / float n

            for j in 0 .. gridSize - 1 do
                let b = 1.0 / ascending[n - 1] + (1.0 - sqrt (float gridSize / (float j + 0.5))) / (3.0 * quartile)

                grid[j] <- b
                logLikelihood[j] <- float n * profile b mean ascending

            let normalizer = Special.logSumExp (ReadOnlySpan logLikelihood)
            let mutable b = 0.0

            for j in 0 .. gridSize - 1 do
                b <- b + grid[j] * exp (logLikelihood[j] - normalizer)

            let shape = shapeAt b ascending
            let scale = if b = 0.0 then mean else -shape / b
            let prior = 10.0
            let steadied = (float n * shape + prior * 0.5) / (float n + prior)

            if Double.IsFinite steadied && scale > 0.0 && Double.IsFinite scale then
                ValueSome { Shape = steadied; Scale = scale }
            else
                ValueNone

    /// The exceedance below which a share p of the distribution lies, 0 <= p < 1.
    let quantile (distribution: GeneralizedPareto) (p: float) =
        let log = Special.log1p -p

        if distribution.Shape = 0.0 then
            -distribution.Scale * log
        else
            distribution.Scale * Special.expm1 (-distribution.Shape * log) / distribution.Shape
