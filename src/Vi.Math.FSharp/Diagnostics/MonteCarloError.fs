namespace Vi.Math.FSharp

open Vi.Math

/// Standard errors of what is estimated from the draws of several chains (chains x draws), in the unit of the quantity (Vehtari et al.
/// 2021, section 4); NaN where the effective sample size is.
[<RequireQualifiedAccess>]
module MonteCarloError =

    /// Of the mean: sd / sqrt ESS.
    let mean (chains: Mat) = Sample.sd (Chains.pooled chains) / sqrt (EffectiveSampleSize.mean chains)

    /// Of the standard deviation, from the variance of squared distances by the delta method; no normality assumed.
    let sd (chains: Mat) =
        let centre = Sample.mean (Chains.pooled chains)
        let squares = Mat.map (fun x -> (x - centre) * (x - centre)) chains
        let second = Sample.mean (Chains.pooled squares)
        let fourth = Sample.mean (Vec.map (fun x -> x * x) (Chains.pooled squares))
        let ofVariance = (fourth - second * second) / EffectiveSampleSize.mean squares
        sqrt (ofVariance / second / 4.0)

    /// Probability of one standard deviation below the mean of a normal.
    let private lower = Special.normalCdf -1.0

    /// Of the quantile at p: half the distance of the order statistics between which it lies with the probability of two standard
    /// deviations, by the Beta distribution of the share of the draws below it.
    let quantile (p: float) (chains: Mat) =
        let size = EffectiveSampleSize.quantile p chains

        if System.Double.IsNaN size then
            nan
        else
            let ascending = Sample.sort (Chains.pooled chains)
            let count = float ascending.Length

            let share probability =
                let logit = Incomplete.betaQuantileLogit (size * p + 1.0) (size * (1.0 - p) + 1.0) probability
                1.0 / (1.0 + exp -logit)

            let low = max (floor (share lower * count)) 1.0
            let high = min (ceil (share (1.0 - lower) * count)) count
            0.5 * (ascending[int high - 1] - ascending[int low - 1])
