namespace Vi.Math

/// A predicted probability of the label 1 with its central 90 % interval, and the label that came.
type LabelPrediction =
    { Probability: float
      Low: float
      High: float
      Label: int }

    /// Whether the more probable label came.
    member this.IsRight = (this.Probability > 0.5) = (this.Label = 1)

/// Some predictions that lie next to one another, with what came of them.
type CalibrationBin =
    {
        /// Mean of what was predicted, and the share that came.
        Predicted: float
        Observed: float
        /// Central 90 % of the share that comes where the predictions are right.
        Low: float
        High: float
        /// Number of predictions.
        Count: int
    }

    /// Whether the share that came lies in the band.
    member this.IsInBand = this.Low <= this.Observed && this.Observed <= this.High

/// The receiver operating characteristic: shares of zeros and of ones whose probability is at least a threshold, from the highest threshold to
/// the lowest.
type RocCurve =
    { FalsePositive: float[]
      TruePositive: float[] }

    /// Area under the curve by trapezoids: the probability that a one is ranked above a zero, ties counting half.
    member this.Area =
        Seq.zip (Seq.pairwise this.FalsePositive) (Seq.pairwise this.TruePositive)
        |> Seq.sumBy (fun ((left, right), (low, high)) -> (right - left) * 0.5 * (high + low))

namespace Vi.Math.FSharp

open Vi.Math

/// How good predicted probabilities of labels 0 and 1 are.
[<RequireQualifiedAccess>]
module LabelScores =

    /// Standard normal quantile of 0.95: the half width of a central 90 % interval.
    let private quantile95 = Normal.quantile (Normal.create 0.0 1.0) 0.95

    /// The prediction that a distribution of the log odds makes of a label.
    let ofLogOdds (logOdds: Normal) (label: int) : LabelPrediction =
        let at probability = LogisticRegression.sigmoid (Normal.quantile logOdds probability)

        { Probability = LogisticRegression.probability logOdds
          Low = at 0.05
          High = at 0.95
          Label = label }

    /// The same by draws of the log odds.
    let ofDraws (logOdds: Vec) (label: int) : LabelPrediction =
        let probabilities = logOdds |> Vec.map LogisticRegression.sigmoid |> Sample.sort

        { Probability = Sample.mean probabilities
          Low = Sample.quantileOfAscending probabilities 0.05
          High = Sample.quantileOfAscending probabilities 0.95
          Label = label }

    let private share (holds: LabelPrediction -> bool) (predictions: LabelPrediction[]) =
        predictions |> Array.averageBy (fun p -> if holds p then 1.0 else 0.0)

    /// Share of right labels.
    let accuracy (predictions: LabelPrediction[]) : float = share (fun p -> p.IsRight) predictions

    /// Mean of -log p of the label that came, in nats.
    let logLoss (predictions: LabelPrediction[]) : float =
        predictions
        |> Array.averageBy (fun p -> -log(if p.Label = 1 then p.Probability else 1.0 - p.Probability))

    /// Mean of (p - y)^2 (Brier 1950).
    let brier (predictions: LabelPrediction[]) : float =
        predictions
        |> Array.averageBy (fun p -> (p.Probability - float p.Label) * (p.Probability - float p.Label))

    /// Entropy of a prediction in nats, at most log 2.
    let entropy (prediction: LabelPrediction) : float =
        let term p = if p > 0.0 then p * log p else 0.0
        -(term prediction.Probability + term (1.0 - prediction.Probability))

    /// At most ten groups of equal size, of 20 predictions or more, in ascending order.
    let private groupsBy (key: LabelPrediction -> float) (predictions: LabelPrediction[]) : LabelPrediction[][] =
        let sorted = Sample.order (Array.map key predictions) |> Array.map (fun i -> predictions[i])
        let bins = sorted.Length / 20 |> max 1 |> min 10
        let start b = int (int64 b * int64 sorted.Length / int64 bins)
        Array.init bins (fun b -> sorted[start b .. start (b + 1) - 1])

    /// What was promised and what came; the variance of a share is that of independent events with the promised probabilities.
    let private bin promised came (group: LabelPrediction[]) : CalibrationBin =
        let mean = Array.averageBy promised group
        let variance = group |> Array.sumBy (fun p -> promised p * (1.0 - promised p))
        let half = quantile95 * sqrt variance / float group.Length

        { Predicted = mean
          Observed = share came group
          Low = max 0.0 (mean - half)
          High = min 1.0 (mean + half)
          Count = group.Length }

    /// Bins in the order of the probability.
    let calibration (predictions: LabelPrediction[]) : CalibrationBin[] =
        predictions
        |> groupsBy (fun p -> p.Probability)
        |> Array.map (bin (fun p -> p.Probability) (fun p -> p.Label = 1))

    /// Bins in the order of the entropy, each with its mean: the share of right labels that the probabilities promise, and the one that came.
    let byEntropy (predictions: LabelPrediction[]) : struct (float * CalibrationBin)[] =
        predictions
        |> groupsBy entropy
        |> Array.map (fun group ->
            let promised (p: LabelPrediction) = max p.Probability (1.0 - p.Probability)
            struct (Array.averageBy entropy group, bin promised (fun p -> p.IsRight) group))

    /// Mean distance of observed from predicted shares over the bins, weighted by their predictions.
    let calibrationError (bins: CalibrationBin[]) : float =
        (bins |> Array.sumBy (fun bin -> float bin.Count * abs (bin.Observed - bin.Predicted)))
        / float (bins |> Array.sumBy (fun bin -> bin.Count))

    /// The receiver operating characteristic; nothing where only one label came.
    let roc (predictions: LabelPrediction[]) : RocCurve voption =
        let ones = predictions |> Array.sumBy (fun p -> p.Label)
        let zeros = predictions.Length - ones

        if ones = 0 || zeros = 0 then
            ValueNone
        else
            let tied =
                predictions
                |> Array.groupBy (fun p -> p.Probability)
                |> Array.sortByDescending fst
                |> Array.map (fun (_, group) -> struct (group.Length, group |> Array.sumBy (fun p -> p.Label)))

            let cumulated count total =
                tied |> Array.scan (fun sum group -> sum + float (count group) / float total) 0.0

            ValueSome
                { FalsePositive = cumulated (fun (struct (all, hits)) -> all - hits) zeros
                  TruePositive = cumulated (fun (struct (_, hits)) -> hits) ones }
