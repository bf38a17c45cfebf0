namespace Vi.Math

/// What Pareto-smoothed importance sampling makes of the log ratios log p - log q at draws from q.
type ParetoSmoothed =
    {
        /// Logarithms (S) of the smoothed weights, which sum to 1.
        LogWeights: Vec
        /// Logarithm of the smoothed ratios' average: of p's normalising constant where q is normalised, in nats.
        LogMeanRatio: float
        /// k-hat, the shape of the generalised Pareto distribution fitted to the largest ratios. Infinite where no distribution could be fitted, minus
        /// infinite where the largest ratios are all equal, as for an exact q.
        ParetoK: float
        /// The k-hat from which on S draws are too few.
        Threshold: float
        /// How many of the largest ratios were smoothed.
        TailLength: int
        /// Number of draws from p that would be worth as much: 1 / sum of the squared weights, times the relative efficiency.
        EffectiveSampleSize: float
    }

    /// Whether averages under these weights can be relied on: k-hat is no more than the threshold.
    member this.IsReliable = this.ParetoK <= this.Threshold

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Pareto-smoothed importance sampling (Vehtari, Simpson, Gelman, Yao and Gabry 2024): the largest ratios are replaced by the quantiles
/// of a distribution fitted to them, whose shape k-hat says whether p can be reached from q's draws.
[<RequireQualifiedAccess>]
module ParetoSmoothing =

    /// The k-hat from which on averages over S draws are not to be relied on: min(1 - 1 / log10 S, 0.7); minus infinity for one draw.
    let threshold (draws: int) =
        if draws <= 1 then
            Double.NegativeInfinity
        else
            min (1.0 - 1.0 / log10 (float draws)) 0.7

    /// How many draws a k-hat below 1 asks for: 10^(1 / (1 - max(0, k))); infinite from 1 on.
    let requiredDraws (paretoK: float) =
        if paretoK >= 1.0 then
            Double.PositiveInfinity
        else
            10.0 ** (1.0 / (1.0 - max 0.0 paretoK))

    /// How many of S ratios are taken for the tail: the smaller of a fifth of them and 3 sqrt(S / relative efficiency), rounded up.
    let tailLength (relativeEfficiency: float) (draws: int) =
        let draws = float draws
        int (ceil (min (0.2 * draws) (3.0 * sqrt (draws / relativeEfficiency))))

    /// The range of log ratios within which a tail counts as flat: what is left there is the rounding of log densities.
    let private flat = 1e-10

    /// k-hat of the tail of log ratios with largest 0, whose smoothed values are written; order sorts them.
    let private smoothTail (length: int) (order: int[]) (logRatios: float[]) =
        let first = order.Length - length
        let cutoff = if first < 1 then Double.NegativeInfinity else logRatios[order[first - 1]]

        if length < 5 || first < 1 then
            Double.PositiveInfinity
        elif -cutoff <= flat then
            Double.NegativeInfinity
        else
            let start = exp cutoff
            let exceedances = Array.init length (fun i -> exp logRatios[order[first + i]] - start)

            match GeneralizedPareto.tryFit (ReadOnlySpan exceedances) with
            | ValueNone -> Double.PositiveInfinity
            | ValueSome distribution ->
                for i in 0 .. length - 1 do
                    let quantile = GeneralizedPareto.quantile distribution ((float i + 0.5) / float length)
                    // No weight is raised above the largest that was seen.
                    logRatios[order[first + i]] <- min 0.0 (log (start + quantile))

                distribution.Shape

    /// Smooths log ratios (S) of draws whose effective number is relativeEfficiency times S (1 for independent draws). A ratio that is not
    /// a number counts as 0. Raises ArgumentException for an infinite ratio, where there are none, and unless the efficiency is positive.
    let smoothWith (relativeEfficiency: float) (logRatios: Vec) : ParetoSmoothed =
        let draws = logRatios.Length
        Require.positive "Pareto smoothing" (nameof relativeEfficiency) relativeEfficiency
        Require.atLeastOne "Pareto smoothing" (nameof logRatios) draws

        match Array.tryFindIndex Double.IsPositiveInfinity logRatios.Values with
        | Some i -> invalidArg (nameof logRatios) $"the ratio of draw {i} is infinite"
        | None -> ()

        let values =
            logRatios.Values
            |> Array.map (fun ratio -> if Double.IsNaN ratio then Double.NegativeInfinity else ratio)

        let largest = Array.max values
        let length = tailLength relativeEfficiency draws

        if Double.IsNegativeInfinity largest then
            { LogWeights = Vec.wrap values
              LogMeanRatio = Double.NegativeInfinity
              ParetoK = Double.PositiveInfinity
              Threshold = threshold draws
              TailLength = length
              EffectiveSampleSize = 0.0 }
        else
            for i in 0 .. draws - 1 do
                values[i] <- values[i] - largest

            let paretoK = smoothTail length (Sample.order values) values
            let normalizer = Special.logSumExp (ReadOnlySpan values)

            for i in 0 .. draws - 1 do
                values[i] <- values[i] - normalizer

            { LogWeights = Vec.wrap values
              LogMeanRatio = largest + normalizer - log (float draws)
              ParetoK = paretoK
              Threshold = threshold draws
              TailLength = length
              EffectiveSampleSize = relativeEfficiency / (values |> Array.sumBy (fun w -> exp (2.0 * w))) }

    /// Smooths log ratios (S) of independent draws.
    let smooth (logRatios: Vec) = smoothWith 1.0 logRatios

    /// The weighted average of values (S), one for each draw; draws of weight 0 are left out whatever their value.
    let average (smoothed: ParetoSmoothed) (values: Vec) =
        let mutable sum = 0.0

        for i in 0 .. values.Length - 1 do
            let weight = exp smoothed.LogWeights[i]

            if weight > 0.0 then
                sum <- sum + weight * values[i]

        sum

    let private requireWeights (logWeights: Vec) =
        if not (logWeights.Values |> Array.exists (fun weight -> weight > Double.NegativeInfinity)) then
            invalidArg (nameof logWeights) "no draw has weight: nothing can be resampled"

    /// Indices of count draws taken with replacement, each with its weight as its probability.
    let resample (count: int) (logWeights: Vec) (rng: Rng) : struct (int[] * Rng) =
        requireWeights logWeights
        let largest = Vec.max logWeights

        let cumulated =
            logWeights.Values |> Array.map (fun weight -> exp (weight - largest)) |> Array.scan (+) 0.0

        let last = Array.FindLastIndex(logWeights.Values, fun weight -> exp (weight - largest) > 0.0)

        let draw rng =
            let struct (u, rng) = Rng.uniform rng
            let target = u * cumulated[cumulated.Length - 1]
            // The first i with cumulated[i + 1] > target; equal neighbours belong to draws of weight 0.
            let mutable low = 0
            let mutable high = last

            while low < high do
                let middle = (low + high) / 2
                if cumulated[middle + 1] > target then high <- middle else low <- middle + 1

            struct (low, rng)

        Rng.array count draw rng

    /// Indices of count different draws, one after the other by weight among those that are left: the largest of log w - log E with E
    /// exponential (Efraimidis and Spirakis 2006). Raises where fewer draws have weight.
    let resampleDistinct (count: int) (logWeights: Vec) (rng: Rng) : struct (int[] * Rng) =
        let struct (exponentials, rng) = Rng.array logWeights.Length Rng.exponential rng
        let keys = Array.map2 (fun weight e -> weight - log e) logWeights.Values exponentials
        let having = keys |> Array.filter (fun key -> key > Double.NegativeInfinity) |> Array.length

        if count > having then
            invalidArg (nameof count) $"{count} different draws were asked for, but {having} have weight"

        struct (Sample.order keys |> Array.rev |> Array.truncate count, rng)
