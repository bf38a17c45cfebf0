using Vi.Math;

namespace Vi.App.Models.Regression;

/// <summary>Figures of the regression.</summary>
internal sealed class RegressionFigures(Dataset data, Moments moments, RegressionPosterior q, JsonObject truth)
{
    private string Target => data.ColumnNames[^1];

    public IReadOnlyList<Exhibit> Make(
        IReadOnlyList<PosteriorQuantity> quantities,
        IReadOnlyList<Prediction> predictions,
        ExactRegression? exact
    )
    {
        var precision = quantities.First(quantity => quantity.Name == "tau");
        var weights = quantities[0].Figure("q(w)", truth);
        return
        [
            weights with
            {
                Caption =
                    $"{weights.Caption} A weight whose interval contains 0 cannot be distinguished from zero with these data.",
            },
            .. data.ColumnNames.Count == 2 ? [Line()] : Array.Empty<Exhibit>(),
            Predictions(predictions),
            Residuals(predictions),
            precision.Figure("q(tau)", truth),
            .. exact is null ? Array.Empty<Exhibit>() : [Shortfall(quantities[0], precision, exact)],
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
            .. grid.Select(x =>
                Prediction.Of(LinearRegressionModel.Predictive(moments, q, Statistics.Vector(x)), double.NaN)
            ),
        ];
        var sample = Curves.Sample(data.RowCount);
        return new XyChart
        {
            Id = "band",
            Title = $"{Target} over {data.ColumnNames[0]}",
            Caption = "The line is the predictive mean; 90 % of new rows are expected within the band.",
            X = new Axis(data.ColumnNames[0]),
            Y = new Axis(Target),
            Series =
            [
                Curves.Band("90 % predictive band", grid, [.. at.Select(p => p.Low)], [.. at.Select(p => p.High)]),
                Curves.Through("predictive mean", grid, [.. at.Select(p => p.Mean)], 0),
                Curves.Through(
                    "data",
                    [.. sample.Select(i => data.Row(i)[0])],
                    [.. sample.Select(i => data.Row(i)[1])],
                    -1,
                    "points"
                ),
            ],
        };
    }

    private XyChart Predictions(IReadOnlyList<Prediction> predictions)
    {
        var shown = Curves.Sample(predictions.Count, 400).Select(i => predictions[i]).ToArray();
        var (low, high) = (predictions.Min(p => p.Actual), predictions.Max(p => p.Actual));
        var inside = predictions.Average(p => p.IsInside ? 1.0 : 0.0);
        return new XyChart
        {
            Id = "predictions",
            Title = data.Test is not null
                ? "Predicted against actual, held-out rows"
                : "Predicted against actual, fitted rows",
            Caption =
                $"{inside:P1} of {predictions.Count} rows lie in their 90 % interval"
                + (data.Test is not null ? "." : "; these rows were fitted, so expect a little more than 90 %."),
            X = new Axis($"actual {Target}"),
            Y = new Axis($"predicted {Target}"),
            Series =
            [
                new Series
                {
                    Name = "prediction and 90 % interval",
                    Style = "points",
                    X = [.. shown.Select(p => p.Actual)],
                    Y = [.. shown.Select(p => p.Mean)],
                    Lower = [.. shown.Select(p => p.Low)],
                    Upper = [.. shown.Select(p => p.High)],
                    Color = 0,
                },
                Curves.Through("perfect prediction", [low, high], [low, high], -1, "dashed"),
            ],
        };
    }

    private XyChart Residuals(IReadOnlyList<Prediction> predictions)
    {
        var standardized = predictions.Select(p => (p.Actual - p.Mean) / p.Sd).ToArray();
        return new XyChart
        {
            Id = "residuals",
            Title = data.Test is not null ? "Standardised residuals of held-out rows" : "Standardised residuals",
            Caption = "Residuals over their predictive standard deviations should follow the standard normal curve.",
            X = new Axis("residual (predictive standard deviations)"),
            Y = new Axis("density"),
            Series =
            [
                Curves.Histogram("residuals", standardized),
                Curves.Line("standard normal", Curves.Grid(-4, 4), x => Distribution.Density(new Normal(0, 1), x), 0),
            ],
        };
    }

    private static TableExhibit Shortfall(
        PosteriorQuantity weights,
        PosteriorQuantity precision,
        ExactRegression exact
    ) =>
        new()
        {
            Id = "shortfall",
            Title = "What the factorisation costs",
            Caption =
                "The exact posterior by quadrature over tau, next to q(w) q(tau). Taking w and tau apart makes q a little too narrow.",
            Columns = ["parameter", "mean of q", "exact mean", "sd of q", "exact sd", "sd of q / exact"],
            Rows =
            [
                .. weights.Entries.Select(
                    (entry, i) => Row(weights.EntryName(i), entry, exact.WeightMeans[i], exact.WeightSds[i])
                ),
                Row("tau", precision.Entries[0], exact.NoisePrecisionMean, exact.NoisePrecisionSd),
            ],
        };

    private static string[] Row(string name, Marginal of, double exactMean, double exactSd) =>
        [
            name,
            Numbers.Significant(of.Mean),
            Numbers.Significant(exactMean),
            Numbers.Significant(of.Sd),
            Numbers.Significant(exactSd),
            Numbers.Significant(of.Sd / exactSd),
        ];
}
