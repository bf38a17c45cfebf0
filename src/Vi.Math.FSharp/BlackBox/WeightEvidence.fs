namespace Vi.Math

/// What draws from q with their log p and log q tell of q.
type WeightEvidence =
    {
        /// Number S of draws.
        Draws: int
        /// The bound E_q[log p - log q], in nats, and its standard error.
        Elbo: float
        ElboError: float
        /// The importance-weighted bound of S draws, log mean p / q, in nats, and its standard error.
        WeightedBound: float
        WeightedBoundError: float
        /// k-hat and the value from which on it is too large for S draws.
        ParetoK: float
        Threshold: float
        /// Share of the weight beyond the largest one seen, should the tail go on as it was fitted, and too large rather than too small, by at most
        /// 1 / (1 - k): infinite from k-hat 1 on.
        Unseen: float
        /// Draws from p that the weighted ones are worth.
        EffectiveDraws: float
        /// Weighted means and standard deviations (D).
        Mean: Vec
        StandardDeviations: Vec
        /// Monte Carlo standard errors of the weighted means (D).
        MeanErrors: Vec
        /// The largest difference between a weighted mean and q's, in q's standard deviations.
        Shift: float
        /// The largest absolute logarithm of a weighted standard deviation over q's.
        Spread: float
        /// Share of draws at which log p is not finite.
        Outside: float
        /// Logarithms of the smoothed weights (S), which sum to 1.
        LogWeights: Vec
    }

    /// By how much the weighted bound lies above the bound, in nats: large where q is far from p.
    member this.Gain = this.WeightedBound - this.Elbo

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Evidence from importance weights, and what it says of an approximation.
[<RequireQualifiedAccess>]
module WeightEvidence =

    /// Effective draws below which weighted averages say nothing: a mean's standard error is then a seventh of a standard deviation.
    let private fewest = 50.0

    /// Differences from the weighted draws up to which q passes as it is: a tenth of a standard deviation, and a tenth of each spread.
    let private passes = 0.1

    /// Unseen share of the weight up to which a heavy tail does not matter: it then moves no mean by more than a tenth of a standard deviation
    /// from five away. A tail can be heavy and yet weigh next to nothing, as that of a large sample's posterior against a normal.
    let private negligible = 0.02

    /// Unseen share of the weight from which a tail is too heavy whatever its k-hat: few draws see too little of a tail to tell its shape, and
    /// weighted means may be off by half a standard deviation.
    let private excessive = 0.1

    /// Weight above the start of the fitted tail, continued: mean excess over 1 - k, of which a share M^(k - 1) lies beyond the
    /// largest of M.
    let private unseen (smoothed: ParetoSmoothed) =
        let weights = smoothed.LogWeights.Values |> Array.map exp |> Array.sort
        let first = weights.Length - smoothed.TailLength

        if smoothed.ParetoK >= 1.0 || first < 1 then
            infinity
        elif smoothed.ParetoK = -infinity then
            0.0
        else
            let excess =
                Array.sub weights first smoothed.TailLength |> Array.sumBy (fun w -> w - weights[first - 1])

            excess / (1.0 - smoothed.ParetoK) * float smoothed.TailLength ** (smoothed.ParetoK - 1.0)

    let private meanOf (values: float[]) = Array.sum values / float values.Length

    let private standardError (values: float[]) =
        let mean = meanOf values
        let squares = values |> Array.sumBy (fun v -> (v - mean) * (v - mean))
        sqrt (squares / float (values.Length - 1) / float values.Length)

    /// What S draws (S x D) of an approximation with this mean (D) and these standard deviations (D) tell, given log p and log q at each.
    let ofDraws (mean: Vec) (sds: Vec) (draws: Mat) (logDensities: Vec) (logApproximation: Vec) : WeightEvidence =
        let s = draws.Rows
        let isInside i = Double.IsFinite logDensities[i]

        let ratios =
            Vec.init s (fun i ->
                if isInside i then
                    logDensities[i] - logApproximation[i]
                else
                    Double.NegativeInfinity)

        let inside = ratios.Values |> Array.filter Double.IsFinite
        let smoothed = ParetoSmoothing.smooth ratios
        let d = draws.Columns

        let weightedMean = Vec.init d (fun c -> ParetoSmoothing.average smoothed (Mat.column c draws))

        let moment power =
            Vec.init d (fun c ->
                let mutable sum = 0.0

                for i in 0 .. s - 1 do
                    let weight = exp smoothed.LogWeights[i]
                    let away = draws[i, c] - weightedMean[c]
                    sum <- sum + (if power = 1 then weight else weight * weight) * away * away

                sqrt sum)

        let weightedSds = moment 1
        let largest = Vec.max ratios
        let raw = ratios.Values |> Array.map (fun ratio -> exp (ratio - largest))
        let rawMean = meanOf raw

        let most f =
            Seq.init d f
            |> Seq.fold (fun most value -> if Double.IsNaN value then infinity else max most (abs value)) 0.0

        { Draws = s
          Elbo = if inside.Length = s then meanOf inside else Double.NegativeInfinity
          ElboError = if inside.Length > 1 then standardError inside else nan
          WeightedBound = largest + log rawMean
          WeightedBoundError = if s > 1 then standardError raw / rawMean else nan
          ParetoK = smoothed.ParetoK
          Threshold = smoothed.Threshold
          Unseen = unseen smoothed
          EffectiveDraws = smoothed.EffectiveSampleSize
          Mean = weightedMean
          StandardDeviations = weightedSds
          MeanErrors = moment 2
          Shift = most (fun c -> (weightedMean[c] - mean[c]) / sds[c])
          Spread = most (fun c -> log (weightedSds[c] / sds[c]))
          Outside = 1.0 - float inside.Length / float s
          LogWeights = smoothed.LogWeights }

    /// What such evidence checks. A tail that is too heavy does not matter where next to no weight lies in it.
    let checks (evidence: WeightEvidence) : Check list =
        [ if evidence.ParetoK <= evidence.Threshold || not (evidence.Unseen <= negligible) then
              Check.strict evidence.Threshold CheckId.ParetoK evidence.ParetoK
          Check.strict excessive CheckId.UnseenWeight evidence.Unseen
          Check.strict fewest CheckId.EffectiveDraws evidence.EffectiveDraws
          Check.strict 0.5 CheckId.ShareInSupport (1.0 - evidence.Outside)
          Check.lenient passes CheckId.MeanShift evidence.Shift
          Check.lenient passes CheckId.SpreadShift evidence.Spread ]

    /// The judgement of an approximation by the evidence alone.
    let judge (evidence: WeightEvidence) : Judgement = Judgement.Of(checks evidence)
