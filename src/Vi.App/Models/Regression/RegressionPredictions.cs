namespace Vi.App.Models.Regression;

/// <summary>Predictions of a regression, row by row.</summary>
internal static class RegressionPredictions
{
    /// <summary>Rows that are predicted one by one for figures.</summary>
    private const int MostPredictions = 2000;

    /// <summary>Predictions of the rows of a table, an even sample where there are many.</summary>
    public static PredictedNumbers Of(Dataset rows, Moments moments, RegressionPosterior q) =>
        LinearRegressionModel.Predict(moments, q, rows.Sampled(MostPredictions));

    /// <summary>Errors and coverage as the diagnostics store them.</summary>
    public static NamedNumbers Errors(PredictedNumbers predictions, bool held)
    {
        var prefix = held ? "test" : "train";
        return new NamedNumbers
        {
            { $"{prefix}Rmse", predictions.RootMeanSquareError },
            { $"{prefix}R2", predictions.Determination },
            { $"{prefix}Coverage90", predictions.Coverage },
            { $"{prefix}Rows", predictions.All.Count },
        };
    }

    /// <summary>Root mean square error of the mean prediction of draws, on held-out rows where there are some.</summary>
    public static NamedNumbers OfDraws(Dataset data, DrawTable draws)
    {
        var weights = draws.Find("w")!.Means();
        var intercept = draws.Find("b")?.Means()[0];
        var centre = intercept is null ? new double[weights.Length] : Statistics.Moments(data.Rows).Mean.ToArray();
        double Error(double[] row) =>
            row[^1] - (intercept ?? 0) - weights.Select((w, j) => w * (row[j] - centre[j])).Sum();
        var test = data.Test ?? data;
        var squares = Enumerable
            .Range(0, test.RowCount)
            .Select(i => Error(test.Row(i)))
            .Average(error => error * error);
        return new NamedNumbers { { data.Test is null ? "trainRmse" : "testRmse", Sqrt(squares) } };
    }
}
