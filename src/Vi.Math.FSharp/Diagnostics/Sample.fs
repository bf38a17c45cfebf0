namespace Vi.Math.FSharp

open System
open Vi.Math

/// Moments and quantiles of a sample of one quantity, plain or weighted.
[<RequireQualifiedAccess>]
module Sample =

    let private requireSome (values: Vec) = Require.atLeastOne "sample" (nameof values) values.Length

    /// The average, about the first value so that numbers far from 0 lose nothing.
    let mean (values: Vec) =
        requireSome values
        let first = values[0]
        first + Vec.sumBy (fun x -> x - first) values / float values.Length

    /// The variance with divisor N - 1; NaN for one value.
    let variance (values: Vec) =
        let centre = mean values
        Vec.sumBy (fun x -> (x - centre) * (x - centre)) values / float (values.Length - 1)

    /// The square root of the variance.
    let sd (values: Vec) = sqrt (variance values)

    /// The quantile at p of ascending values: linear between the order statistics at (N - 1) p (Hyndman and Fan 1996, type 7).
    let quantileOfAscending (ascending: Vec) (p: float) =
        if not (p >= 0.0 && p <= 1.0) then
            invalidArg (nameof p) $"a probability must be from 0 to 1, not {p}"

        requireSome ascending
        let position = float (ascending.Length - 1) * p
        let low = int (floor position)
        let high = min (low + 1) (ascending.Length - 1)
        let share = position - float low

        if share = 0.0 then
            ascending[low]
        else
            ascending[low] + share * (ascending[high] - ascending[low])

    /// The values in ascending order, NaN first.
    let sort (values: Vec) = Vec.wrap (Array.sort values.Values)

    /// The quantile at p; NaN where a value is.
    let quantile (values: Vec) (p: float) =
        let ascending = sort values
        if Double.IsNaN ascending[0] then nan else quantileOfAscending ascending p

    /// Indices of the values in ascending order, equal ones in their own order: the same on every machine.
    let internal order (values: float[]) : int[] =
        let indices = Array.init values.Length id

        Array.Sort(
            indices,
            System.Comparison<int>(fun i j ->
                let byValue = values[i].CompareTo values[j]
                if byValue <> 0 then byValue else i.CompareTo j)
        )

        indices

    let private requireWeights (weights: Vec) (values: Vec) =
        requireSome values
        Require.sameDimension "sample" (nameof values) values.Length (nameof weights) weights.Length

        if Vec.fold (fun invalid w -> invalid || not (w >= 0.0)) false weights || not (Vec.sum weights > 0.0) then
            invalidArg (nameof weights) "weights must be non-negative and not all zero"

    /// sum w x / sum w.
    let weightedMean (weights: Vec) (values: Vec) =
        requireWeights weights values
        Vec.dot weights values / Vec.sum weights

    /// sum w (x - mean)^2 / sum w: the variance of the distribution that has the values as its atoms.
    let weightedVariance (weights: Vec) (values: Vec) =
        let centre = weightedMean weights values
        Vec.dot weights (Vec.map (fun x -> (x - centre) * (x - centre)) values) / Vec.sum weights

    /// The quantile at p of weighted values: order statistics averaged over the share of the cumulated weight that lies between (n - 1) p / n
    /// and ((n - 1) p + 1) / n with n = (sum w)^2 / sum w^2 (Akinshin 2023). Equal weights give the plain quantile.
    let weightedQuantile (weights: Vec) (values: Vec) (p: float) =
        if not (p >= 0.0 && p <= 1.0) then
            invalidArg (nameof p) $"a probability must be from 0 to 1, not {p}"

        requireWeights weights values
        let total = Vec.sum weights
        let count = total * total / Vec.dot weights weights

        let order = order values.Values

        let left = (count - 1.0) * p / count
        // The share of a uniform distribution on [left, left + 1 / count] below t.
        let below t = min 1.0 (max 0.0 ((t - left) * count))
        let mutable cumulated = 0.0
        let mutable last = 0.0
        let mutable sum = 0.0
        let mutable spent = 0.0

        for i in order do
            cumulated <- cumulated + weights[i] / total
            let next = below cumulated

            if next > last then
                sum <- sum + (next - last) * values[i]
                spent <- spent + next - last

            last <- next

        sum / spent
