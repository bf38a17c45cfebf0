namespace Vi.Math

/// Why an approximation is not to be believed.
type Doubt =
    /// Importance weights have too heavy a tail: k-hat, its threshold, and the share of the weight beyond the largest seen.
    | HeavyTail of paretoK: float * threshold: float * unseen: float
    /// The weights rest on so few draws.
    | FewEffectiveDraws of count: float
    /// At this share of the draws log p is not finite.
    | OutsideSupport of share: float
    /// Independent climbs ended at so many places which differ by this many standard deviations, none of them negligible: the fit has one.
    | SeveralModes of count: int * distance: float
    /// Particles spread less than they should: average of Stein's identity, 1 where the spread is right.
    | SpreadCollapsed of spread: float
    /// The fit had not settled when its budget was spent: how far it still moved, in standard deviations.
    | NotSettled of drift: float
    /// There is no mode with the curvature of a maximum.
    | NoMode

/// Whether an approximation can be believed.
type Reliability =
    /// Importance weights say that means and standard deviations are right.
    | Reliable
    /// They are off, but weighted or resampled draws are right.
    | UsableWithCorrection
    /// Particles in accordance with Stein's identities for means and variances; there are no weights that would tell more.
    | MomentsChecked
    /// Not right, or not known to be.
    | NotToBeBelieved of Doubt list

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
        /// Share of the weight beyond the largest one seen, should the tail go on as it was fitted: infinite from k-hat 1 on.
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

/// Judgements of approximations.
[<RequireQualifiedAccess>]
module Reliability =

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
    let evidence (mean: Vec) (sds: Vec) (draws: Mat) (logDensities: Vec) (logApproximation: Vec) : WeightEvidence =
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

    /// The judgement of such evidence, and of doubts that other things have raised.
    let judge (evidence: WeightEvidence) (others: Doubt list) : Reliability =
        let doubts =
            [ if
                  evidence.Unseen > excessive || evidence.ParetoK > evidence.Threshold && evidence.Unseen > negligible
              then
                  HeavyTail(evidence.ParetoK, evidence.Threshold, evidence.Unseen)
              elif evidence.EffectiveDraws < fewest then
                  FewEffectiveDraws evidence.EffectiveDraws
              if evidence.Outside > 0.5 then
                  OutsideSupport evidence.Outside
              yield! others ]

        // Weights correct a fit that had not settled, if they can be relied on.
        let grave =
            doubts
            |> List.filter (fun doubt ->
                match doubt with
                | NotSettled _ -> doubts.Length > 1
                | _ -> true)

        if not grave.IsEmpty then
            NotToBeBelieved doubts
        elif doubts.IsEmpty && evidence.Shift <= passes && evidence.Spread <= passes then
            Reliable
        else
            UsableWithCorrection

    /// The judgement's short name: reliable, usable-with-correction, moments-checked or not-to-be-believed.
    let status reliability =
        match reliability with
        | Reliable -> "reliable"
        | UsableWithCorrection -> "usable-with-correction"
        | MomentsChecked -> "moments-checked"
        | NotToBeBelieved _ -> "not-to-be-believed"

    let private doubt reason =
        match reason with
        | HeavyTail(k, threshold, _) when k > threshold && Double.IsFinite k ->
            $"the importance weights' tail is too heavy (k-hat {k:f2}, at most {threshold:f2} is good enough)"
        | HeavyTail(k, _, unseen) when Double.IsFinite k ->
            $"the importance weights' tail is too heavy (k-hat {k:f2} puts {100.0 * unseen:f0} %% of the weight beyond the largest seen, at most {100.0 * excessive:f0} %% is good enough)"
        | HeavyTail _ -> "the importance weights' tail could not even be fitted"
        | FewEffectiveDraws count -> $"the importance weights rest on {count:f0} effective draws"
        | OutsideSupport share -> $"log p is not finite at {100.0 * share:f0} %% of the draws"
        | SeveralModes(count, distance) ->
            $"independent climbs ended at {count} different places, {distance:f0} standard deviations apart, and the fit holds one of them"
        | SpreadCollapsed spread ->
            $"the particles spread too little (Stein's identity gives {spread:f2} where 1 is right)"
        | NotSettled drift when Double.IsFinite drift ->
            $"its averages still moved by {drift:g2} standard deviations when the budget was spent"
        | NotSettled _ -> "its averages had not settled when the budget was spent"
        | NoMode -> "log p has no mode with the curvature of a maximum"

    /// What to try instead of an algorithm or a family that is in doubt.
    let private advice approach reason =
        match reason, approach with
        | HeavyTail _, "mean-field" -> "try the full-rank family, sparse-precision for a time series, or NUTS"
        | HeavyTail _, "low-rank" -> "try a higher rank, the full-rank family, or NUTS"
        | HeavyTail _, "laplace" -> "try full-rank ADVI, or NUTS"
        | HeavyTail _, "pathfinder" -> "try more paths, full-rank ADVI, or NUTS"
        | HeavyTail _, _ -> "try writing the model in other coordinates, or NUTS"
        | FewEffectiveDraws _, _ -> "take more draws, or a richer family"
        | OutsideSupport _, _ -> "give the model transforms that keep it within its support"
        | SeveralModes _, _ -> "use Pathfinder with more paths, or NUTS with several chains, and look at each place"
        | SpreadCollapsed _, _ -> "use the linear-and-Gaussian kernel, more particles, or NUTS"
        | NotSettled _, _ -> "give it more steps"
        | NoMode, _ -> "use ADVI, Pathfinder or NUTS"

    /// The judgement as sentences. The approach is the family's or the algorithm's name, and decides what is advised.
    let sentence (approach: string) reliability =
        match reliability with
        | Reliable -> "Reliable: importance weights confirm its means and standard deviations."
        | UsableWithCorrection ->
            "Usable with correction: means or standard deviations are off; take the importance-resampled draws, which weights correct as far as draws reach."
        | MomentsChecked ->
            "Means and spreads of the unconstrained coordinates agree with Stein's identities; particles have no weights that could confirm more, least of all about tails."
        | NotToBeBelieved doubts ->
            let reasons = doubts |> List.map doubt |> String.concat "; "
            let advice = doubts |> List.map (advice approach) |> List.distinct |> String.concat "; "
            $"Not to be believed: {reasons}. What to do: {advice}."
