namespace Vi.App.Models.Regression;

internal sealed class RegressionFigures(Dataset data, Moments moments, RegressionPosterior q, JsonObject truth)
{
    private string Target => data.ColumnNames[^1];

    public IReadOnlyList<Exhibit> Make(
        IReadOnlyList<PosteriorQuantity> quantities,
        PredictedNumbers predictions,
        ExactRegression? exact
    )
    {
        var precision = quantities.First(quantity => quantity.Name == "tau");
        return
        [
            ModelFigures.Weights(quantities[0], truth),
            .. data.ColumnNames.Count == 2 ? [Line()] : Array.Empty<Exhibit>(),
            Predictions(predictions),
            Residuals(predictions.All),
            precision.Figure("q(tau)", truth),
            .. exact is null ? Array.Empty<Exhibit>() : [Shortfall(quantities[0], precision.Entries[0], exact)],
        ];
    }

    /// <summary>Predictions along the range of the single column.</summary>
    private XyChart Line()
    {
        var values = Curves.Sample(data.RowCount, 100_000).Select(i => data.Row(i)[0]).ToArray();
        var margin = 0.1 * (values.Max() - values.Min());
        var grid = Curves.Grid(values.Min() - margin, values.Max() + margin, 101);
        Prediction[] at =
        [
            .. grid.Select(x => LinearRegressionModel.Predict(moments, q, Statistics.Vector(x), double.NaN)),
        ];
        return Chart.Xy(
            FigureText.Of("linear-regression", "band", Target, data.ColumnNames[0]),
            Curves.Band("90 % predictive band", grid, at.Select(p => p.Low), at.Select(p => p.High)),
            Curves.Through("predictive mean", grid, at.Select(p => p.Mean), 0),
            Curves.Cloud("data", Curves.Sample(data.RowCount), i => data.Row(i)[0], i => data.Row(i)[1], -1)
        );
    }

    private XyChart Predictions(PredictedNumbers predictions)
    {
        var all = predictions.All;
        var shown = Curves.Sample(all.Count, 400).Select(i => all[i]).ToArray();
        double[] ends = [all.Min(p => p.Actual), all.Max(p => p.Actual)];
        var held = data.Test is not null;
        return Chart.Xy(
            FigureText.Of("linear-regression", "predictions", held, $"{predictions.Coverage:P1}", all.Count, Target),
            Curves.Through(
                "prediction and 90 % interval",
                shown.Select(p => p.Actual),
                shown.Select(p => p.Mean),
                0,
                "points"
            ) with
            {
                Lower = [.. shown.Select(p => p.Low)],
                Upper = [.. shown.Select(p => p.High)],
            },
            Curves.Through("perfect prediction", ends, ends, -1, "dashed")
        );
    }

    private XyChart Residuals(IReadOnlyList<Prediction> predictions) =>
        Chart.Xy(
            FigureText.Of("linear-regression", "residuals", data.Test is not null),
            Curves.Histogram("residuals", [.. predictions.Select(p => (p.Actual - p.Mean) / p.Sd)]),
            Curves.Line("standard normal", Curves.Grid(-4, 4), x => Distribution.Density(new Normal(0, 1), x), 0)
        );

    private static TableExhibit Shortfall(PosteriorQuantity weights, Marginal precision, ExactRegression exact)
    {
        return Chart.Table(
            FigureText.Of("linear-regression", "shortfall"),
            [
                .. weights.Entries.Select(
                    (entry, i) => Row(weights.EntryName(i), entry, exact.WeightMeans[i], exact.WeightSds[i])
                ),
                Row("tau", precision, exact.NoisePrecisionMean, exact.NoisePrecisionSd),
            ]
        );

        static string[] Row(string name, Marginal of, double mean, double sd) =>
            Chart.Row(name, of.Mean, mean, of.Sd, sd, of.Sd / sd);
    }
}
