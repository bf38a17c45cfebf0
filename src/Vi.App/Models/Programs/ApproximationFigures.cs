using Vi.Math;

namespace Vi.App.Models.Programs;

/// <summary>Figures of a fit that is no sampler's.</summary>
internal static class ApproximationFigures
{
    /// <summary>The bound along the run, and the importance weights.</summary>
    public static IEnumerable<Exhibit> Of(ModelAnswer answer)
    {
        if (answer.History.Length > 1)
        {
            var points = answer.History;
            yield return new XyChart
            {
                Id = "bound-by-steps",
                Title = "The bound by steps of the optimiser",
                Caption =
                    "Estimates over blocks of steps with two standard errors. Averages of the parameters decide whether a fit has settled, not "
                    + "this curve.",
                X = new Axis("steps"),
                Y = new Axis("ELBO (nats)"),
                Series =
                [
                    Curves.Band(
                        "two standard errors",
                        [.. points.Select(p => (double)p.Steps)],
                        [.. points.Select(p => p.Elbo - (2 * p.StandardError))],
                        [.. points.Select(p => p.Elbo + (2 * p.StandardError))]
                    ),
                    Curves.Through(
                        "estimate",
                        [.. points.Select(p => (double)p.Steps)],
                        [.. points.Select(p => p.Elbo)],
                        0
                    ),
                ],
            };
        }

        if (answer.HasEvidence)
        {
            yield return Weights(answer.Evidence!);
        }
    }

    private static XyChart Weights(WeightEvidence evidence)
    {
        var weights = evidence.LogWeights.ToArray().Select(System.Math.Exp).OrderDescending().ToArray();
        var shown = Curves.LogGrid(1, weights.Length, 200).Select(x => (int)x).Distinct().ToArray();
        var total = 0.0;
        var cumulated = weights.Select(w => total += w).ToArray();
        return new XyChart
        {
            Id = "importance-weights",
            Title = "How the importance weights are shared out",
            Caption =
                $"If q were the posterior, every draw would weigh the same. k-hat is {Numbers.Significant(evidence.ParetoK)} (up to "
                + $"{Numbers.Significant(evidence.Threshold)} is good enough for {evidence.Draws} draws), and the draws are worth {Numbers.Significant(evidence.EffectiveDraws)} "
                + "independent ones from the posterior.",
            X = new Axis("draws with the largest weights", Logarithmic: true),
            Y = new Axis("share of the total weight"),
            Series =
            [
                Curves.Through(
                    "smoothed weights",
                    [.. shown.Select(i => (double)i)],
                    [.. shown.Select(i => cumulated[i - 1])],
                    0
                ),
                Curves.Through(
                    "equal weights",
                    [.. shown.Select(i => (double)i)],
                    [.. shown.Select(i => (double)i / weights.Length)],
                    -1,
                    "dashed"
                ),
            ],
        };
    }
}
