namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// How good predicted numbers are.
[<Sealed>]
type PredictedNumbers(predictions: IReadOnlyList<Prediction>) =

    let all = Seq.toArray predictions

    /// The predictions.
    member _.All: IReadOnlyList<Prediction> = all

    /// Root mean square error of the means.
    member _.RootMeanSquareError = PredictionScores.rootMeanSquareError all

    /// Share of the numbers' variance that the means explain.
    member _.Determination = PredictionScores.determination all

    /// Share of the numbers that lie in their 90 % interval.
    member _.Coverage = PredictionScores.coverage all

/// How good predicted probabilities of labels 0 and 1 are.
[<Sealed>]
type PredictedLabels(predictions: IReadOnlyList<LabelPrediction>) =

    let all = Seq.toArray predictions
    let calibration = lazy (LabelScores.calibration all)

    /// The predictions.
    member _.All: IReadOnlyList<LabelPrediction> = all

    /// Share of right labels.
    member _.Accuracy = LabelScores.accuracy all

    /// Mean of -log p of the label that came, in nats.
    member _.LogLoss = LabelScores.logLoss all

    /// Mean of (p - y)^2.
    member _.Brier = LabelScores.brier all

    /// Bins of equal numbers of predictions in the order of the probability.
    member _.Calibration: IReadOnlyList<CalibrationBin> = calibration.Value

    /// Mean distance of observed from predicted shares over the bins.
    member _.CalibrationError = LabelScores.calibrationError calibration.Value

    /// Bins in the order of the prediction's entropy, each with its mean in nats: shares of right labels, promised and observed.
    member _.ByEntropy: IReadOnlyList<struct (float * CalibrationBin)> = LabelScores.byEntropy all

    /// The receiver operating characteristic; null where only one label came.
    member _.Roc: RocCurve | null =
        match LabelScores.roc all with
        | ValueSome curve -> curve
        | ValueNone -> null

/// Inferred groups against true labels.
[<AbstractClass; Sealed>]
type Labels private () =

    /// Largest share of rows whose group, from 0, is matched with their label, each group with a label of its own.
    static member Agreement(groups: IReadOnlyList<int>, labels: IReadOnlyList<int>) : float =
        LabelMatching.agreement (Seq.toArray groups) (Seq.toArray labels)

    /// The label of each group, from 0, one to one, so that as many rows as possible agree; null for groups that share no row with a label.
    static member Matched(groups: IReadOnlyList<int>, labels: IReadOnlyList<int>) : IReadOnlyList<Nullable<int>> =
        [| for label in LabelMatching.matched (Seq.toArray groups) (Seq.toArray labels) -> ValueOption.toNullable label |]

    /// The adjusted Rand index: 1 for equal partitions, 0 expected of random ones.
    static member AdjustedRand(groups: IReadOnlyList<int>, labels: IReadOnlyList<int>) : float =
        LabelMatching.adjustedRand (Seq.toArray groups) (Seq.toArray labels)

    /// Share of rows that have the most frequent label of their group.
    static member Purity(groups: IReadOnlyList<int>, labels: IReadOnlyList<int>) : float =
        LabelMatching.purity (Seq.toArray groups) (Seq.toArray labels)
