namespace Vi.Figures

open System
open System.Collections.Generic
open System.Text.Json.Nodes
open Vi.Charts
open Vi.Data
open Vi.Math
open Vi.Math.Fluent
open Vi.Results

/// What a logistic regression infers, whatever the algorithm.
[<Sealed>]
type LogisticQuantities(columns: IReadOnlyList<string>) =
    inherit
        WeightQuantities(
            columns,
            "weights (log odds per unit of the column)",
            "weights (log odds per standard deviation of the column)",
            $"log odds of {columns[columns.Count - 1]}"
        )

/// Predicted labels of a target, of held-out rows or of the fitted ones: their scores, calibration, entropy against accuracy, receiver operating
/// characteristic.
[<Sealed>]
type LabelPredictions(target: string, held: bool, labels: PredictedLabels) =

    let words id (values: obj list) =
        let rows: obj = if held then "held-out rows" else "fitted rows"
        FigureText.Of("logistic-regression", id, List.toArray (rows :: values))

    let inBand = labels.Calibration |> Seq.filter _.IsInBand |> Seq.length

    /// Shares that came, in the band where nine in ten would lie were the promised ones right.
    let shares x (bins: seq<CalibrationBin>) promised =
        [ Curves.Band("90 % band of a right prediction", x, bins |> Seq.map _.Low, bins |> Seq.map _.High, -1)
          promised
          Curves.Through("observed", x, bins |> Seq.map _.Observed, 0, "points") ]

    let calibration =
        let bins = labels.Calibration

        Chart.xy
            (words "calibration" [ bins.Count; bins[0].Count; inBand; labels.CalibrationError; target ])
            (shares
                (bins |> Seq.map _.Predicted)
                bins
                (Curves.Through("perfect calibration", [ 0.0; 1.0 ], [ 0.0; 1.0 ], -1, "dashed")))

    let entropy =
        let entropies = [| for struct (entropy, _) in labels.ByEntropy -> entropy |]
        let bins = [| for struct (_, bin) in labels.ByEntropy -> bin |]

        Chart.xy
            (words "entropy" [ bins[0].Observed; (Array.last bins).Observed ])
            (shares entropies bins (Curves.Through("promised", entropies, bins |> Array.map _.Predicted, -1, "dashed")))

    let roc (curve: RocCurve) =
        let last = curve.FalsePositive.Length - 1
        let shown = Array.append (Curves.Sample(last + 1, 1000)) [| last |]
        let at (rates: float[]) = shown |> Array.map (fun i -> rates[i])

        Chart.xy
            (words "roc" [ curve.Area; target ])
            [ Curves.Through("model", at curve.FalsePositive, at curve.TruePositive, 0)
              Curves.Through("by chance", [ 0.0; 1.0 ], [ 0.0; 1.0 ], -1, "dashed") ]

    /// Shares of all rows by label in twenty equal intervals of the probability.
    let histogram label =
        let bins = 20
        let shares: float[] = Array.zeroCreate bins

        for prediction in labels.All do
            if prediction.Label = label then
                let bin = min (bins - 1) (int (float bins * prediction.Probability))
                shares[bin] <- shares[bin] + 1.0 / float labels.All.Count

        let middles = Array.init bins (fun bin -> (float bin + 0.5) / float bins)
        Curves.Through($"{target} = {label}", middles, shares, label, "bars")

    let sorted =
        let sorted = labels.All |> Seq.sortBy _.Probability |> Seq.toArray
        let shown = Curves.Sample(sorted.Length, 300) |> Array.map (fun i -> sorted[i])
        let rank = shown |> Array.mapi (fun i _ -> (float i + 0.5) / float shown.Length)

        Chart.xy
            (words "sorted" [ shown.Length; sorted.Length; target ])
            [ Curves.Band("90 % band", rank, shown |> Array.map _.Low, shown |> Array.map _.High)
              Curves.Through("probability", rank, shown |> Array.map _.Probability, 0)
              Curves.Through("label", rank, shown |> Array.map (fun p -> float p.Label), -1, "points") ]

    /// The scores as the diagnostics store them.
    member _.Scores() =
        let prefix = if held then "test" else "train"

        NamedNumbers.Of
            [ prefix + "Accuracy", labels.Accuracy
              prefix + "LogLoss", labels.LogLoss
              prefix + "Brier", labels.Brier
              prefix + "CalibrationError", labels.CalibrationError
              prefix + "CalibrationBins", labels.Calibration.Count
              prefix + "CalibrationBinsInBand", inBand
              prefix + "Rows", labels.All.Count
              yield! Chart.known labels.Roc (fun curve -> prefix + "RocArea", box curve.Area) ]

    /// Their figures.
    member _.Exhibits() : IReadOnlyList<Exhibit> =
        [ calibration
          entropy
          yield! Chart.known labels.Roc (fun curve -> roc curve :> Exhibit)
          Chart.xy (words "probabilities" [ target ]) [ histogram 0; histogram 1 ]
          sorted ]

/// What a fitted logistic regression says: posterior, and q next to a normal distribution with the log posterior's curvature.
[<Sealed>]
type LogisticAnswer
    (data: ITable, prior: LogisticRegressionPrior, rows: Rows, q: MvNormal, response: AscentResponse, truth: JsonObject)
    =

    let columns = prior.Centre.Length
    let curvature = PosteriorQuantity.MarginalsOf(LogisticRegressionModel.CurvatureAt(prior, rows, q))

    /// q(w, b) is one normal distribution, the intercept last; they are drawn together.
    let names = LogisticQuantities data.ColumnNames

    let posterior =
        let together = "w, b"
        let entries = PosteriorQuantity.MarginalsOf q

        let drawWeights =
            FactorDraw(fun stream drawn ->
                drawn[together] <- (stream.Next q).ToArray()
                Array.truncate columns drawn[together])

        let weights = PosteriorQuantity(names.Weights, Array.truncate columns entries, Draw = drawWeights)

        [| weights
           yield! names.PerDeviation(data, weights, response)
           if prior.Intercept then
               let drawIntercept = FactorDraw(fun _ drawn -> Array.skip columns drawn[together])
               let atZero = LogisticRegressionModel.LogOdds(prior, q, Statistics.Vector(Array.zeroCreate columns))
               PosteriorQuantity(names.AtMeans, Array.skip columns entries, Draw = drawIntercept)

               PosteriorQuantity(
                   names.AtZero,
                   [ Marginal.Of atZero ],
                   LinearResponseSd = response.OfIntercept(prior.Centre.ToArray())
               ) |]

    let named (of': Quantity) = posterior |> Array.filter (fun quantity -> quantity.Name = of'.Name)
    let weights = Array.append (named names.Weights) (named names.AtMeans)

    let ratios =
        Seq.map2
            (fun (own: Marginal) (curved: Marginal) -> own.Sd / curved.Sd)
            (weights |> Seq.collect _.Entries)
            curvature
        |> Seq.toArray

    let ofWeights () =
        let words, references, series = WeightFigures.parts truth posterior[0]
        let caption = $"{words.Caption} The wider interval is the one to read: the bound makes q too narrow."

        let byCurvature =
            Chart.known series.Head.Labels (fun labels ->
                Chart.intervals "with the curvature's spread" labels (Seq.truncate labels.Count curvature) 2)

        Chart.referring references { words with Caption = caption } (series @ byCurvature)

    let spread () =
        let responding (cell: 'cell) = if response.IsFound then [ cell ] else []

        let rows =
            [ for quantity in weights do
                  let sds = response.Of quantity

                  for i, own in Seq.indexed quantity.Entries do
                      let sd =
                          match sds with
                          | null -> nan
                          | sds -> sds[i]

                      quantity.EntryName i, own, sd ]

        Chart.tableOf
            [ "weight"
              "mean"
              "sd of q"
              yield! responding "sd by linear response"
              "sd by curvature"
              "sd of q / by curvature" ]
            (FigureText.Of("logistic-regression", "spread"))
            (Seq.map2
                (fun (name: string, own: Marginal, sd: float) (curved: Marginal) ->
                    [ box name; own.Mean; own.Sd; yield! responding (box sd); curved.Sd; own.Sd / curved.Sd ])
                rows
                curvature)

    /// The quantities with their distributions.
    member _.Posterior: IReadOnlyList<PosteriorQuantity> = posterior

    /// Standard deviations of weights and intercept over those by the curvature.
    member _.Ratios: IReadOnlyList<float> = ratios

    /// Variational parameters by textbook name.
    member _.Parameters =
        let covariance = (Distribution.Covariance q).ToRows()

        NamedNumbers.Of
            [ "mu_w", Array.truncate columns (q.Mean.ToArray())
              "Sigma_w", [ for row in Seq.truncate columns covariance -> Array.truncate columns row ]
              if prior.Intercept then
                  let ofIntercept = covariance[columns]
                  "mu_b", q.Mean[columns]
                  "sigma_b", Math.Sqrt(Array.last ofIntercept)
                  "cov_wb", Array.truncate columns ofIntercept ]

    /// The figures, those of predictions last.
    member _.Exhibits(predictions: LabelPredictions) : IReadOnlyList<Exhibit> =
        [ ofWeights ()
          for weights in named names.InDeviations do
              QuantityFigures.figure "q(w)" truth weights
          spread ()
          yield! predictions.Exhibits() ]
