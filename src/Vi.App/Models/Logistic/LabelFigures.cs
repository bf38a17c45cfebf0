namespace Vi.App.Models.Logistic;

/// <summary>Figures of predicted labels: calibration, entropy against accuracy, receiver operating characteristic.</summary>
internal sealed class LabelFigures(string target)
{
    public IEnumerable<Exhibit> Make(IReadOnlyList<LabelPrediction> predictions, bool held)
    {
        yield return Calibration(predictions, held);
        yield return Entropy(predictions, held);
        if (Classification.Roc(predictions) is { } curve)
        {
            yield return Roc(curve, held);
        }

        yield return Probabilities(predictions, held);
        yield return Sorted(predictions, held);
    }

    private static string Of(bool held) => held ? "held-out rows" : "fitted rows";

    private XyChart Calibration(IReadOnlyList<LabelPrediction> predictions, bool held)
    {
        var bins = Classification.Calibration(predictions);
        var inside = bins.Count(bin => bin.Low <= bin.Observed && bin.Observed <= bin.High);
        return new XyChart
        {
            Id = "calibration",
            Title = $"Calibration on {Of(held)}",
            Caption =
                $"{bins.Count} groups of about {bins[0].Count} rows by predicted probability. If the probabilities are right, nine points in "
                + $"ten lie in the band; here {inside} of {bins.Count} do, {Numbers.Significant(Classification.CalibrationError(bins))} off on average.",
            X = new Axis($"predicted probability of {target} = 1"),
            Y = new Axis($"share of rows with {target} = 1"),
            Series = Shares(
                [.. bins.Select(bin => bin.Predicted)],
                ([.. bins.Select(bin => bin.Low)], [.. bins.Select(bin => bin.High)]),
                ("perfect calibration", [0, 1], [0, 1]),
                [.. bins.Select(bin => bin.Observed)]
            ),
        };
    }

    private static XyChart Entropy(IReadOnlyList<LabelPrediction> predictions, bool held)
    {
        var bins = Classification.ByEntropy(predictions);
        return new XyChart
        {
            Id = "entropy",
            Title = $"Accuracy against the prediction's entropy, {Of(held)}",
            Caption =
                $"Where the prediction is sure (left) {Numbers.Percent(bins[0].Accuracy.Observed)} of labels are right, where it is not (right) "
                + $"{Numbers.Percent(bins[^1].Accuracy.Observed)}. The band holds the observed share nine times in ten if the probabilities are right.",
            X = new Axis("entropy of the prediction (nats; log 2 = 0.693 is a coin toss)"),
            Y = new Axis("share of right labels"),
            Series = Shares(
                [.. bins.Select(bin => bin.Entropy)],
                ([.. bins.Select(bin => bin.Accuracy.Low)], [.. bins.Select(bin => bin.Accuracy.High)]),
                ("promised", [.. bins.Select(bin => bin.Entropy)], [.. bins.Select(bin => bin.Accuracy.Predicted)]),
                [.. bins.Select(bin => bin.Accuracy.Observed)]
            ),
        };
    }

    private XyChart Roc((double[] FalsePositive, double[] TruePositive) curve, bool held)
    {
        var shown = Curves.Sample(curve.FalsePositive.Length, 1000).Append(curve.FalsePositive.Length - 1).ToArray();
        return new XyChart
        {
            Id = "roc",
            Title = $"Receiver operating characteristic, {Of(held)}",
            Caption =
                $"Area {Numbers.Significant(Classification.Area(curve))}: the probability that a row with {target} = 1 is given a higher probability than one "
                + $"with {target} = 0.",
            X = new Axis($"share of {target} = 0 taken for 1"),
            Y = new Axis($"share of {target} = 1 found"),
            Series =
            [
                Curves.Through(
                    "model",
                    [.. shown.Select(i => curve.FalsePositive[i])],
                    [.. shown.Select(i => curve.TruePositive[i])],
                    0
                ),
                Curves.Through("by chance", [0, 1], [0, 1], -1, "dashed"),
            ],
        };
    }

    private XyChart Probabilities(IReadOnlyList<LabelPrediction> predictions, bool held) =>
        new()
        {
            Id = "probabilities",
            Title = $"Predicted probabilities by label, {Of(held)}",
            Caption = "The further apart the two labels' probabilities, the better the classes are separated.",
            X = new Axis($"predicted probability of {target} = 1"),
            Y = new Axis("rows (share of all)"),
            Series = [Histogram(predictions, 0), Histogram(predictions, 1)],
        };

    /// <summary>Shares of all rows by label in twenty equal intervals of the probability.</summary>
    private Series Histogram(IReadOnlyList<LabelPrediction> predictions, int label)
    {
        const int bins = 20;
        var shares = new double[bins];
        foreach (var prediction in predictions.Where(p => p.Label == label))
        {
            shares[System.Math.Min(bins - 1, (int)(bins * prediction.Probability))] += 1.0 / predictions.Count;
        }

        return Curves.Through(
            $"{target} = {label}",
            [.. Enumerable.Range(0, bins).Select(b => (b + 0.5) / bins)],
            shares,
            label,
            "bars"
        );
    }

    private XyChart Sorted(IReadOnlyList<LabelPrediction> predictions, bool held)
    {
        var sorted = predictions.OrderBy(p => p.Probability).ToArray();
        var shown = Curves.Sample(sorted.Length, 300).Select(i => sorted[i]).ToArray();
        double[] rank = [.. Enumerable.Range(0, shown.Length).Select(i => (i + 0.5) / shown.Length)];
        return new XyChart
        {
            Id = "sorted",
            Title = $"Predicted probabilities with their uncertainty, {Of(held)}",
            Caption =
                $"Rows in the order of their probability ({shown.Length} of {sorted.Length} shown) with the 90 % band that the uncertain weights "
                + "leave, and the labels that came.",
            X = new Axis("rows, in the order of the probability (share)"),
            Y = new Axis($"probability of {target} = 1"),
            Series =
            [
                Curves.Band("90 % band", rank, [.. shown.Select(p => p.Low)], [.. shown.Select(p => p.High)]),
                Curves.Through("probability", rank, [.. shown.Select(p => p.Probability)], 0),
                Curves.Through("label", rank, [.. shown.Select(p => (double)p.Label)], -1, "points"),
            ],
        };
    }

    /// <summary>Shares that came, in the band where nine in ten would lie were the promised ones right.</summary>
    private static IReadOnlyList<Series> Shares(
        double[] x,
        (double[] Lower, double[] Upper) band,
        (string Name, double[] X, double[] Y) promised,
        double[] observed
    ) =>
        [
            Curves.Band("90 % band of a right prediction", x, band.Lower, band.Upper, -1),
            Curves.Through(promised.Name, promised.X, promised.Y, -1, "dashed"),
            Curves.Through("observed", x, observed, 0, "points"),
        ];
}
