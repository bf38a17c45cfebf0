namespace Vi.Figures

open System
open System.Collections.Generic
open System.Linq
open System.Text.Json.Nodes
open Vi.Charts
open Vi.Data
open Vi.Math
open Vi.Math.Fluent
open Vi.Results

/// What a linear regression infers, whatever the algorithm.
[<Sealed>]
type RegressionQuantities(columns: IReadOnlyList<string>) =
    inherit
        WeightQuantities(
            columns,
            "weights (per unit of the column)",
            "weights per standard deviation of the column",
            $"expected {columns[columns.Count - 1]}"
        )

    /// The noise's precision.
    member val Precision = Quantity.Scalar("tau", "noise precision")

    /// The noise's standard deviation.
    member val Spread = Quantity.Scalar("sigma", $"noise standard deviation (unit of {columns[columns.Count - 1]})")

    /// Precisions of the weights' priors.
    member this.Relevance =
        Quantity.Vector(
            "alpha",
            "precisions of the weights' priors",
            columns |> Seq.take (columns.Count - 1) |> Seq.toArray
        )

    /// All of them.
    member this.All: IReadOnlyList<Quantity> =
        [| this.Weights; this.AtMeans; this.AtZero; this.Precision; this.Spread; this.Relevance |]

/// What weights of columns have in common.
module internal WeightFigures =

    /// Words, reference lines and series of weights with their intervals; the words say what an interval around 0 means.
    let parts truth weights =
        let words, references, series = QuantityFigures.parts "q(w)" truth weights
        let meaning = "A weight whose interval contains 0 cannot be distinguished from zero with these data."
        { words with Caption = $"{words.Caption} {meaning}" }, references, series

/// What a fitted regression says, with its predictions of held-out rows, or of the fitted ones where there are none.
[<Sealed>]
type RegressionAnswer
    (
        data: ITable,
        test: ITable | null,
        moments: Moments,
        q: RegressionPosterior,
        exact: ExactRegression | null,
        response: AscentResponse
    ) =

    /// Rows that are predicted one by one.
    static let mostPredictions = 2000

    let words id (values: obj list) = FigureText.Of("linear-regression", id, List.toArray values)
    let held = not (isNull test)
    let columns = data.ColumnNames

    let predictions =
        let rows =
            match test with
            | null -> data
            | test -> test

        LinearRegressionModel.Predict(moments, q, Curves.Sample(rows.RowCount, mostPredictions) |> Seq.map rows.Row)

    /// Distribution of the expected target where all columns are 0: b - mean(x)'w.
    let atZero () =
        let zero = Statistics.Vector(Array.zeroCreate (columns.Count - 1))
        let distribution = LinearRegressionModel.Predictive(moments, q, zero)
        Marginal.Of({ Mean = distribution.Mean; Variance = distribution.Variance }: Normal)

    let names = RegressionQuantities columns
    let weights = PosteriorQuantity(names.Weights, q.Weights)
    let perDeviation = names.PerDeviation(data, weights, response)

    let posterior =
        [| weights
           yield! perDeviation
           if q.HasIntercept then
               let centre = Array.truncate (columns.Count - 1) (moments.Mean.ToArray())
               PosteriorQuantity(names.AtMeans, q.Intercept)
               PosteriorQuantity(names.AtZero, [ atZero () ], LinearResponseSd = response.OfIntercept centre)
           PosteriorQuantity(names.Precision, q.NoisePrecision)
           PosteriorQuantity.OfSpread(names.Spread, q.NoisePrecision, response)
           if q.WeightPrecisions.Count > 0 then
               PosteriorQuantity(names.Relevance, q.WeightPrecisions) |]

    /// Predictions along the range of the single column.
    let line () =
        let values = Curves.Sample(data.RowCount, 100_000) |> Array.map (fun i -> (data.Row i)[0])
        let low, high = Array.min values, Array.max values
        let margin = 0.1 * (high - low)
        let grid = Curves.Grid(low - margin, high + margin, 101)

        let at =
            grid |> Array.map (fun x -> LinearRegressionModel.Predict(moments, q, Statistics.Vector x, nan))

        let shown = Curves.Sample data.RowCount

        Chart.xy
            (words "band" [ columns[1]; columns[0]; Chart.axis data 0; Chart.axis data 1 ])
            [ Curves.Band("90 % predictive band", grid, at |> Array.map _.Low, at |> Array.map _.High)
              Curves.Through("predictive mean", grid, at |> Array.map _.Mean, 0)
              Curves.Cloud("data", shown, (fun i -> (data.Row i)[0]), (fun i -> (data.Row i)[1]), -1) ]

    let predicted =
        let all = predictions.All
        let shown = Curves.Sample(all.Count, 400) |> Array.map (fun i -> all[i])
        let actual = all |> Seq.map _.Actual
        let ends = [| Seq.min actual; Seq.max actual |]

        Chart.xy
            (words
                "predictions"
                [ held; predictions.Coverage.ToString "P1"; all.Count; Chart.axis data (columns.Count - 1) ])
            [ Series(
                  Name = "prediction and 90 % interval",
                  Style = "points",
                  X = (shown |> Array.map _.Actual),
                  Y = (shown |> Array.map _.Mean),
                  Lower = (shown |> Array.map _.Low),
                  Upper = (shown |> Array.map _.High)
              )
              Curves.Through("perfect prediction", ends, ends, -1, "dashed") ]

    let residuals =
        let standard: Normal = { Mean = 0.0; Variance = 1.0 }
        let residuals = predictions.All |> Seq.map (fun p -> (p.Actual - p.Mean) / p.Sd)

        Chart.xy
            (words "residuals" [ held ])
            [ Curves.Histogram("residuals", residuals)
              Curves.Line("standard normal", Curves.Grid(-4.0, 4.0), (fun x -> Distribution.Density(standard, x)), 0) ]

    let shortfall (precision: PosteriorQuantity) (exact: ExactRegression) =
        let row (name: string) (own: Marginal) (mean: float) sd : objnull list =
            [ name; own.Mean; mean; own.Sd; sd; own.Sd / sd ]

        Chart.table
            (words "shortfall" [])
            [ for i, own in Seq.indexed posterior[0].Entries do
                  row (posterior[0].EntryName i) own exact.WeightMeans[i] exact.WeightSds[i]
              row "tau" precision.Entries[0] exact.NoisePrecisionMean exact.NoisePrecisionSd ]

    /// The quantities with their distributions.
    member _.Posterior: IReadOnlyList<PosteriorQuantity> = posterior

    /// Variational parameters by textbook name.
    member _.Parameters =
        NamedNumbers.Of
            [ "mu_w", q.Weights.Mean
              "Sigma_w", q.WeightCovariance
              "a_n", q.NoisePrecision.Shape
              "b_n", q.NoisePrecision.Rate
              if q.HasIntercept then
                  "mu_b", q.Intercept.Mean
                  "sigma_b", Distribution.Sd q.Intercept
              if q.WeightPrecisions.Count > 0 then
                  "a_alpha", [ for alpha in q.WeightPrecisions -> alpha.Shape ]
                  "b_alpha", [ for alpha in q.WeightPrecisions -> alpha.Rate ] ]

    /// What the diagnostics store.
    member _.Diagnostics =
        let prefix = if held then "test" else "train"

        NamedNumbers.Of
            [ prefix + "Rmse", predictions.RootMeanSquareError
              prefix + "R2", predictions.Determination
              prefix + "Coverage90", predictions.Coverage
              prefix + "Rows", predictions.All.Count
              match exact with
              | null -> ()
              | exact ->
                  "logEvidence", exact.LogEvidence
                  "exactWeightMeans", exact.WeightMeans
                  "exactWeightSds", exact.WeightSds
                  "exactTauMean", exact.NoisePrecisionMean
                  "exactTauSd", exact.NoisePrecisionSd ]

    /// The figures.
    member _.Exhibits(truth: JsonObject) : IReadOnlyList<Exhibit> =
        let precision = posterior |> Array.find (fun quantity -> quantity.Name = "tau")

        let words, references, series = WeightFigures.parts truth posterior[0]

        [ Chart.referring references words series
          yield! perDeviation |> Seq.map (fun weights -> QuantityFigures.figure "q(w)" truth weights :> Exhibit)
          if columns.Count = 2 then
              line ()
          predicted
          residuals
          QuantityFigures.figure "q(tau)" truth precision
          yield! Chart.known exact (fun exact -> shortfall precision exact :> Exhibit) ]

    /// Root mean square error of the mean prediction of draws at rows, held out or not, with the fitted columns' means.
    static member ErrorOfDraws(rows: ITable, held: bool, centre: Vec, draws: DrawTable) =
        let means name =
            match draws.Find name with
            | null -> [||]
            | found -> found.Means()

        let weights, intercept = means "w", means "b"

        let error (row: float[]) =
            let at j = if intercept.Length = 0 then row[j] else row[j] - centre[j]
            row[row.Length - 1] - Seq.sum intercept - (weights |> Seq.mapi (fun j w -> w * at j) |> Seq.sum)

        let squares = Seq.init rows.RowCount (rows.Row >> error) |> Seq.map (fun error -> error * error)
        NamedNumbers.Of [ (if held then "testRmse" else "trainRmse"), Math.Sqrt(Enumerable.Average squares) ]
