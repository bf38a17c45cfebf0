namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// The number of independent draws that would estimate as well as the draws of several chains do: S / tau with tau the autocorrelation
/// time (Vehtari, Gelman, Simpson, Carpenter and Buerkner 2021, section 3.2). Chains are matrices (chains x draws). Everything is NaN
/// where draws are not finite or all the same, or where a half chain has fewer than 6 of them.
[<RequireQualifiedAccess>]
module EffectiveSampleSize =

    /// Least number of draws of a chain for which autocorrelations say anything.
    let private leastDraws = 6

    /// For chains as they are, neither split nor ranked: Geyer's (1992) initial monotone sequence of the autocorrelations of all chains
    /// together. Super-efficient chains are credited with at most S log10 S.
    let basic (chains: Mat) =
        let count = chains.Rows
        let draws = chains.Columns

        if draws < leastDraws || not (Chains.vary chains) then
            nan
        else
            let n = float draws
            let rows = Array.init count (fun c -> Mat.row c chains)
            let means = rows |> Array.map Sample.mean
            let centred = Array.map2 (fun row mean -> Array.map (fun x -> x - mean) (row: Vec).Values) rows means

            // Autocovariance with divisor N, averaged over the chains. Lags are made as they are asked for: Geyer's sequence is short.
            let autocovariance lag =
                let mutable sum = 0.0

                for values in centred do
                    sum <-
                        sum
                        + LinearAlgebra.Dot(
                            ReadOnlySpan(values, 0, draws - lag),
                            ReadOnlySpan(values, lag, draws - lag)
                        )

                sum / (n * float count)

            let atZero = autocovariance 0
            let within = atZero * n / (n - 1.0)
            let between = if count > 1 then Sample.variance (Vec.wrap means) else 0.0
            let total = atZero + between
            let correlation lag = 1.0 - (within - autocovariance lag) / total
            let kept = Array.zeroCreate draws
            let mutable lag = 0
            let mutable even = 1.0
            let mutable odd = correlation 1
            kept[0] <- even
            kept[1] <- odd

            // Pairs of neighbouring lags have positive sums in theory; the first that has not is noise.
            while lag < draws - 5 && even + odd > 0.0 do
                lag <- lag + 2
                even <- correlation lag
                odd <- correlation (lag + 1)

                if even + odd >= 0.0 then
                    kept[lag] <- even
                    kept[lag + 1] <- odd

            let last = lag

            if even > 0.0 then
                kept[last] <- even

            // The sums of pairs fall in theory; a rise is levelled.
            for lag in 2..2 .. last - 2 do
                let before = kept[lag - 2] + kept[lag - 1]

                if kept[lag] + kept[lag + 1] > before then
                    kept[lag] <- 0.5 * before
                    kept[lag + 1] <- 0.5 * before

            let mutable time = -1.0 + kept[last]

            for lag in 0 .. last - 1 do
                time <- time + 2.0 * kept[lag]

            let size = n * float count
            size / max time (1.0 / log10 size)

    /// For the mean.
    let mean (chains: Mat) = basic (Chains.split chains)

    /// For the bulk of the distribution, whatever its tails: of rank-normalised draws.
    let bulk (chains: Mat) =
        if Chains.vary chains then
            basic (Chains.normalScores (Chains.split chains))
        else
            nan

    /// For the standard deviation: of distances from the mean.
    let sd (chains: Mat) =
        if Chains.vary chains then
            let centre = Sample.mean (Chains.pooled chains)
            mean (Mat.map (fun x -> abs (x - centre)) chains)
        else
            nan

    /// For the quantile at p: of the indicator of lying at or below it.
    let quantile (p: float) (chains: Mat) =
        if Chains.vary chains then
            let count = float chains.Values.Length
            // At 1 every draw lies below; the last but a half is what can be estimated.
            let p = if p = 1.0 then (count - 0.5) / count else p
            let border = Sample.quantile (Chains.pooled chains) p
            mean (Mat.map (fun x -> if x <= border then 1.0 else 0.0) chains)
        else
            nan

    /// For the tails: the smaller of those for the 5 % and the 95 % quantile.
    let tail (chains: Mat) = min (quantile 0.05 chains) (quantile 0.95 chains)
