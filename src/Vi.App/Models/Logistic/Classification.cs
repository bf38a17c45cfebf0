namespace Vi.App.Models.Logistic;

/// <summary>A predicted probability of the label 1 with its central 90 % interval, and the label that came.</summary>
internal sealed record LabelPrediction(double Probability, double Low, double High, int Label)
{
    /// <summary>Entropy of the prediction in nats, at most log 2.</summary>
    public double Entropy => -(Term(Probability) + Term(1 - Probability));

    /// <summary>True if the more probable label came.</summary>
    public bool IsRight => Probability > 0.5 == (Label == 1);

    private static double Term(double p) => p > 0 ? p * System.Math.Log(p) : 0;
}

/// <summary>Some predictions that lie next to one another, with what came of them.</summary>
/// <param name="Predicted">Mean of what was predicted.</param>
/// <param name="Observed">Share of what came.</param>
/// <param name="Low">Lower end of the central 90 % of the observed share, were the predictions right.</param>
/// <param name="High">Upper end of it.</param>
/// <param name="Count">Number of predictions.</param>
internal sealed record CalibrationBin(double Predicted, double Observed, double Low, double High, int Count);

/// <summary>How good predicted probabilities are.</summary>
internal static class Classification
{
    /// <summary>Standard normal quantile of 0.95: the half width of a central 90 % interval.</summary>
    private const double Quantile95 = 1.6448536269514722;

    /// <summary>All of these as the diagnostics store them.</summary>
    public static JsonObject Figures(IReadOnlyList<LabelPrediction> predictions, bool held)
    {
        var prefix = held ? "test" : "train";
        var bins = Calibration(predictions);
        var figures = new JsonObject
        {
            [$"{prefix}Accuracy"] = Accuracy(predictions),
            [$"{prefix}LogLoss"] = JsonNumbers.Of(LogLoss(predictions)),
            [$"{prefix}Brier"] = Brier(predictions),
            [$"{prefix}CalibrationError"] = CalibrationError(bins),
            [$"{prefix}CalibrationBins"] = bins.Count,
            [$"{prefix}CalibrationBinsInBand"] = bins.Count(bin => bin.Low <= bin.Observed && bin.Observed <= bin.High),
            [$"{prefix}Rows"] = predictions.Count,
        };
        if (Roc(predictions) is { } curve)
        {
            figures[$"{prefix}RocArea"] = Area(curve);
        }

        return figures;
    }

    /// <summary>Share of right labels.</summary>
    public static double Accuracy(IReadOnlyList<LabelPrediction> predictions) =>
        predictions.Average(p => p.IsRight ? 1.0 : 0.0);

    /// <summary>Mean of -log p of the label that came, in nats.</summary>
    public static double LogLoss(IReadOnlyList<LabelPrediction> predictions) =>
        predictions.Average(p => -System.Math.Log(p.Label == 1 ? p.Probability : 1 - p.Probability));

    /// <summary>Mean of (p - y)^2 (Brier 1950).</summary>
    public static double Brier(IReadOnlyList<LabelPrediction> predictions) =>
        predictions.Average(p => (p.Probability - p.Label) * (p.Probability - p.Label));

    /// <summary>Bins of equal numbers of predictions, in the order of the probability; about 20 rows a bin at least.</summary>
    public static IReadOnlyList<CalibrationBin> Calibration(IReadOnlyList<LabelPrediction> predictions) =>
        Bins([.. predictions.OrderBy(p => p.Probability)], p => p.Probability, p => p.Label == 1);

    /// <summary>Bins in the order of the entropy: the share of right labels that the probabilities promise, and the one that came.</summary>
    public static IReadOnlyList<(double Entropy, CalibrationBin Accuracy)> ByEntropy(
        IReadOnlyList<LabelPrediction> predictions
    )
    {
        var sorted = predictions.OrderBy(p => p.Entropy).ToArray();
        var entropies = Chunks(sorted).Select(chunk => chunk.Average(p => p.Entropy));
        return [.. entropies.Zip(Bins(sorted, p => System.Math.Max(p.Probability, 1 - p.Probability), p => p.IsRight))];
    }

    /// <summary>Mean distance of observed from predicted shares over the bins, weighted by their rows.</summary>
    public static double CalibrationError(IReadOnlyList<CalibrationBin> bins) =>
        bins.Sum(bin => bin.Count * System.Math.Abs(bin.Observed - bin.Predicted)) / bins.Sum(bin => bin.Count);

    /// <summary>
    /// The receiver operating characteristic: shares of zeros and of ones whose probability is at least a threshold, from the highest to the
    /// lowest. Null where only one label came.
    /// </summary>
    public static (double[] FalsePositive, double[] TruePositive)? Roc(IReadOnlyList<LabelPrediction> predictions)
    {
        double ones = predictions.Count(p => p.Label == 1);
        var zeros = predictions.Count - ones;
        if (ones == 0 || zeros == 0)
        {
            return null;
        }

        var (x, y) = (new List<double> { 0 }, new List<double> { 0 });
        foreach (var tied in predictions.GroupBy(p => p.Probability).OrderByDescending(group => group.Key))
        {
            var hits = tied.Count(p => p.Label == 1);
            x.Add(x[^1] + ((tied.Count() - hits) / zeros));
            y.Add(y[^1] + (hits / ones));
        }

        return ([.. x], [.. y]);
    }

    /// <summary>Area under the curve by trapezoids: the probability that a one is ranked above a zero, ties counting half.</summary>
    public static double Area((double[] X, double[] Y) curve) =>
        Enumerable
            .Range(1, curve.X.Length - 1)
            .Sum(i => (curve.X[i] - curve.X[i - 1]) * 0.5 * (curve.Y[i] + curve.Y[i - 1]));

    private static CalibrationBin[] Bins(
        LabelPrediction[] sorted,
        Func<LabelPrediction, double> predicted,
        Func<LabelPrediction, bool> came
    ) =>
        [
            .. Chunks(sorted)
                .Select(chunk =>
                {
                    var mean = chunk.Average(predicted);
                    // The variance of a share of independent events with these probabilities.
                    var half =
                        Quantile95 * System.Math.Sqrt(chunk.Sum(p => predicted(p) * (1 - predicted(p)))) / chunk.Length;
                    return new CalibrationBin(
                        mean,
                        chunk.Average(p => came(p) ? 1.0 : 0.0),
                        System.Math.Max(0, mean - half),
                        System.Math.Min(1, mean + half),
                        chunk.Length
                    );
                }),
        ];

    private static IEnumerable<LabelPrediction[]> Chunks(LabelPrediction[] sorted)
    {
        var bins = System.Math.Clamp(sorted.Length / 20, 1, 10);
        return Enumerable
            .Range(0, bins)
            .Select(b => sorted[(int)((long)b * sorted.Length / bins)..(int)((long)(b + 1) * sorted.Length / bins)]);
    }
}
