using Vi.App.Models.Programs;
using Vi.Math;

namespace Vi.App.Models.Regression;

/// <summary>A predicted target: mean, sd, central 90 % interval, and what it was.</summary>
internal sealed record Prediction(double Mean, double Sd, double Low, double High, double Actual)
{
    public bool IsInside => Low <= Actual && Actual <= High;

    public static Prediction Of(NormalScaleMixture distribution, double actual) =>
        new(
            distribution.Mean,
            Distribution.Sd(distribution),
            Distribution.Quantile(distribution, 0.05),
            Distribution.Quantile(distribution, 0.95),
            actual
        );
}

/// <summary>Predictions of a regression, row by row.</summary>
internal static class RegressionPredictions
{
    /// <summary>Rows that are predicted one by one for figures.</summary>
    private const int MostPredictions = 2000;

    /// <summary>Predictions of the rows of a table, an even sample where there are many.</summary>
    public static List<Prediction> Of(Dataset rows, Moments moments, RegressionPosterior q) =>
        [
            .. Curves
                .Sample(rows.RowCount, MostPredictions)
                .Select(i =>
                {
                    var row = rows.Row(i);
                    return Prediction.Of(
                        LinearRegressionModel.Predictive(moments, q, Statistics.Vector(row[..^1])),
                        row[^1]
                    );
                }),
        ];

    /// <summary>Errors and coverage as the diagnostics store them.</summary>
    public static JsonObject Errors(List<Prediction> predictions, bool held)
    {
        var prefix = held ? "test" : "train";
        var squares = predictions.Sum(p => (p.Actual - p.Mean) * (p.Actual - p.Mean));
        var meanActual = predictions.Average(p => p.Actual);
        var spread = predictions.Sum(p => (p.Actual - meanActual) * (p.Actual - meanActual));
        return new JsonObject
        {
            [$"{prefix}Rmse"] = JsonNumbers.Of(System.Math.Sqrt(squares / predictions.Count)),
            [$"{prefix}R2"] = JsonNumbers.Of(1 - (squares / spread)),
            [$"{prefix}Coverage90"] = JsonNumbers.Of(predictions.Average(p => p.IsInside ? 1.0 : 0.0)),
            [$"{prefix}Rows"] = predictions.Count,
        };
    }

    /// <summary>Root mean square error of the mean prediction of draws, on held-out rows where there are some.</summary>
    public static JsonObject OfDraws(Dataset data, DrawTable draws)
    {
        var test = data.Test ?? data;
        var means = ProgramData.ColumnMeans(data);
        var weights = draws.Find("w")!.Means();
        var intercept = draws.Find("b")?.Values.Average();
        var squares = Enumerable
            .Range(0, test.RowCount)
            .Average(i =>
            {
                var row = test.Row(i);
                var error =
                    row[^1]
                    - (intercept ?? 0)
                    - weights.Select((w, j) => w * (row[j] - (intercept is null ? 0 : means[j]))).Sum();
                return error * error;
            });
        return new JsonObject { [data.Test is null ? "trainRmse" : "testRmse"] = System.Math.Sqrt(squares) };
    }
}
