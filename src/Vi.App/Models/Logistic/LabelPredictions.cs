namespace Vi.App.Models.Logistic;

/// <summary>Predicted labels as figures: their scores, calibration, entropy against accuracy, receiver operating characteristic.</summary>
/// <param name="data">The data.</param>
/// <param name="predict">Predicts rows: those held out where there are some, otherwise those fitted.</param>
internal sealed class LabelPredictions(Dataset data, Func<Dataset, PredictedLabels> predict)
{
    private readonly string target = data.ColumnNames[^1];
    private readonly string rows = data.Test is null ? "fitted rows" : "held-out rows";
    private readonly PredictedLabels labels = predict(data.Test ?? data);

    private int InBand => labels.Calibration.Count(bin => bin.IsInBand);

    /// <summary>The scores as the diagnostics store them.</summary>
    public NamedNumbers Scores()
    {
        var prefix = data.Test is null ? "train" : "test";
        return new NamedNumbers
        {
            { $"{prefix}Accuracy", labels.Accuracy },
            { $"{prefix}LogLoss", labels.LogLoss },
            { $"{prefix}Brier", labels.Brier },
            { $"{prefix}CalibrationError", labels.CalibrationError },
            { $"{prefix}CalibrationBins", labels.Calibration.Count },
            { $"{prefix}CalibrationBinsInBand", InBand },
            { $"{prefix}Rows", labels.All.Count },
            { $"{prefix}RocArea", labels.Roc?.Area },
        };
    }

    public IEnumerable<Exhibit> Exhibits() =>
        [
            Calibration(),
            Entropy(),
            .. labels.Roc is { } curve ? [Roc(curve)] : Array.Empty<Exhibit>(),
            Probabilities(),
            Sorted(),
        ];

    private XyChart Calibration()
    {
        var bins = labels.Calibration;
        return Chart.Xy(
            FigureText.Of(
                "logistic-regression",
                "calibration",
                rows,
                bins.Count,
                bins[0].Count,
                InBand,
                labels.CalibrationError,
                target
            ),
            Shares(
                [.. bins.Select(bin => bin.Predicted)],
                bins,
                Curves.Through("perfect calibration", [0, 1], [0, 1], -1, "dashed")
            )
        );
    }

    private XyChart Entropy()
    {
        var (entropies, bins) = (labels.ByEntropy.Select(bin => bin.Item1), labels.ByEntropy.Select(bin => bin.Item2));
        return Chart.Xy(
            FigureText.Of("logistic-regression", "entropy", rows, bins.First().Observed, bins.Last().Observed),
            Shares(
                [.. entropies],
                [.. bins],
                Curves.Through("promised", entropies, bins.Select(bin => bin.Predicted), -1, "dashed")
            )
        );
    }

    /// <summary>Shares that came, in the band where nine in ten would lie were the promised ones right.</summary>
    private static Series[] Shares(double[] x, IReadOnlyList<CalibrationBin> bins, Series promised) =>
        [
            Curves.Band(
                "90 % band of a right prediction",
                x,
                bins.Select(bin => bin.Low),
                bins.Select(bin => bin.High),
                -1
            ),
            promised,
            Curves.Through("observed", x, bins.Select(bin => bin.Observed), 0, "points"),
        ];

    private XyChart Roc(RocCurve curve)
    {
        int[] shown = [.. Curves.Sample(curve.FalsePositive.Length, 1000), curve.FalsePositive.Length - 1];
        return Chart.Xy(
            FigureText.Of("logistic-regression", "roc", rows, curve.Area, target),
            Curves.Through(
                "model",
                shown.Select(i => curve.FalsePositive[i]),
                shown.Select(i => curve.TruePositive[i]),
                0
            ),
            Curves.Through("by chance", [0, 1], [0, 1], -1, "dashed")
        );
    }

    private XyChart Probabilities() =>
        Chart.Xy(FigureText.Of("logistic-regression", "probabilities", rows, target), Histogram(0), Histogram(1));

    /// <summary>Shares of all rows by label in twenty equal intervals of the probability.</summary>
    private Series Histogram(int label)
    {
        const int bins = 20;
        var shares = new double[bins];
        foreach (var prediction in labels.All.Where(p => p.Label == label))
        {
            shares[Min(bins - 1, (int)(bins * prediction.Probability))] += 1.0 / labels.All.Count;
        }

        return Curves.Through($"{target} = {label}", shares.Select((_, b) => (b + 0.5) / bins), shares, label, "bars");
    }

    private XyChart Sorted()
    {
        var sorted = labels.All.OrderBy(p => p.Probability).ToArray();
        var shown = Curves.Sample(sorted.Length, 300).Select(i => sorted[i]).ToArray();
        var rank = shown.Select((_, i) => (i + 0.5) / shown.Length).ToArray();
        return Chart.Xy(
            FigureText.Of("logistic-regression", "sorted", rows, shown.Length, sorted.Length, target),
            Curves.Band("90 % band", rank, shown.Select(p => p.Low), shown.Select(p => p.High)),
            Curves.Through("probability", rank, shown.Select(p => p.Probability), 0),
            Curves.Through("label", rank, shown.Select(p => (double)p.Label), -1, "points")
        );
    }
}
