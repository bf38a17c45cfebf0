namespace Vi.App.Models.Programs;

/// <summary>Figures of a fit that is no sampler's: the bound along the run, and the importance weights.</summary>
internal static class ApproximationFigures
{
    public static IEnumerable<Exhibit> Of(ModelAnswer answer) =>
        [
            .. answer.History.Length > 1 ? [History(answer.History)] : Array.Empty<Exhibit>(),
            .. ModeTable.Of(answer.Modes),
            .. answer.Evidence is { } evidence ? [Weights(evidence)] : Array.Empty<Exhibit>(),
        ];

    private static XyChart History(ElboPoint[] points)
    {
        var steps = points.Select(p => (double)p.Steps);
        return Chart.Xy(
            FigureText.Of("figures", "bound-by-steps"),
            Curves.Band(
                "two standard errors",
                steps,
                points.Select(p => p.Elbo - (2 * p.StandardError)),
                points.Select(p => p.Elbo + (2 * p.StandardError))
            ),
            Curves.Through("estimate", steps, points.Select(p => p.Elbo), 0)
        );
    }

    private static XyChart Weights(WeightEvidence evidence)
    {
        var weights = evidence.LogWeights.ToArray().Select(Exp).OrderDescending().ToArray();
        var shown = Curves.LogGrid(1, weights.Length, 200).Select(x => (double)(int)x).Distinct().ToArray();
        var total = 0.0;
        var cumulated = weights.Select(w => total += w).ToArray();
        return Chart.Xy(
            FigureText.Of(
                "figures",
                "importance-weights",
                evidence.ParetoK,
                evidence.Threshold,
                evidence.Draws,
                evidence.EffectiveDraws
            ),
            Curves.Line("smoothed weights", shown, i => cumulated[(int)i - 1], 0),
            Curves.Line("equal weights", shown, i => i / weights.Length, -1, "dashed")
        );
    }
}
