namespace Vi.Reports.Comparing;

/// <summary>The bounds of all fits in one chart: over passes through the data and over seconds, as they are and as gaps to the best.</summary>
internal static class BoundsSection
{
    /// <summary>Passes up to which estimates within them say more than their noise: later the bound hardly moves.</summary>
    private const double EstimatedPasses = 2;

    internal static Markup Of(ComparedRuns run)
    {
        var curves = run.Results.SelectMany((result, i) => CurvesOf(result, run.Comparison.Fits[i].Label, i)).ToList();
        if (curves.Count == 0 || run.Comparison.Fits.All(fit => fit.BelowBest is null))
        {
            return Markup.Empty;
        }

        // As the table has it: the best of the bounds that fits ended with, not the luckiest estimate on the way of one with noise.
        var best = run
            .Results.Where((_, i) => run.Comparison.Fits[i].BelowBest is not null)
            .Select(result => result.Elbo!.Value)
            .Where(double.IsFinite)
            .DefaultIfEmpty(double.NaN)
            .Max();
        var gap = new Axis("nats below the best bound", Logarithmic: true);
        var exact = curves.Where(curve => !curve.IsEstimate).ToList();
        // Where a pass or two are all that was needed, seconds tell more.
        var byPasses = exact.Exists(curve => curve.Passes is { Length: > 1 } passes && passes[^1] > passes[0]);
        Over[] all = byPasses ? [Over.Passes, Over.Seconds] : [Over.Seconds];
        var drawn = all.Where(over => exact.Exists(curve => curve.Abscissae(over) is not null)).ToList();
        ChartView[] views =
        [
            .. drawn.Select(over => new ChartView(
                $"Gap to the best, {Name(over)}",
                Chart(run, gap, exact, over, value => best - value > 0 ? best - value : double.NaN)
            )),
            .. drawn.Select(over => new ChartView(
                $"Bound, {Name(over)}",
                Chart(run, new Axis("ELBO (nats)"), curves, over, value => value)
            )),
        ];
        return views.Length == 0 ? Markup.Empty : ChartFigure.Of(views[0].Chart, views);
    }

    private static string Name(Over over) => over == Over.Passes ? "passes" : "seconds";

    private static XyChart Chart(ComparedRuns run, Axis y, List<Curve> curves, Over over, Func<double, double> value) =>
        new()
        {
            Id = "bounds-over-work",
            Title = "The bound against the work",
            Caption = Caption(run),
            X = new Axis(over == Over.Passes ? "passes through the data" : "seconds from the kept restart's beginning"),
            Y = y,
            Series =
            [
                .. curves
                    .Where(curve => curve.Abscissae(over) is not null)
                    .Select(curve =>
                        Curves.Through(
                            curve.Name,
                            curve.Abscissae(over)!,
                            [.. curve.Elbo.Select(value)],
                            curve.Colour,
                            curve.Style
                        )
                    ),
            ],
        };

    private static string Caption(ComparedRuns run)
    {
        var without = run
            .Results.Select((result, i) => (result, run.Comparison.Fits[i].Label))
            .Where(pair => pair.result.Elbo is null)
            .Select(pair => pair.Label)
            .ToList();
        var estimates = run.Results.Any(result => result.Elbo is { Estimates.Count: > 0 })
            ? $" Dotted, among the bounds: estimates from minibatches in the first {EstimatedPasses} passes, each made before its step."
            : "";
        var stream = run.Results.Any(IsStream)
            ? " A stream's bound is that of the rows so far, so only its last one is drawn."
            : "";
        return "The kept restart of each fit. Passes count the reading that moves the factors; passes that only compute a bound are in the "
            + $"seconds, not in the passes.{estimates}{stream}"
            + (without.Count > 0 ? $" Without a bound: {string.Join(", ", without)}." : "");
    }

    private static bool IsStream(RunResult result) => result is { Method.ReadsRowsOnce: true, Elbo: not null };

    private static IEnumerable<Curve> CurvesOf(RunResult result, string label, int colour)
    {
        if (result.Elbo is not { History.Count: > 0 } elbo)
        {
            yield break;
        }

        var kept = IsStream(result) ? [elbo.History.Count - 1] : BoundCharts.Spread(elbo.History.Count);
        yield return new Curve(
            label,
            kept.Count == 1 ? "points" : "line",
            colour,
            [.. kept.Select(i => elbo.History[i])],
            elbo.Passes.Count == elbo.History.Count ? [.. kept.Select(i => elbo.Passes[i])] : null,
            elbo.Seconds.Count == elbo.History.Count ? [.. kept.Select(i => elbo.Seconds[i])] : null
        );
        var early = elbo.Estimates.Where(estimate => estimate.Passes <= EstimatedPasses).ToList();
        if (early.Count > 1)
        {
            yield return new Curve(
                $"{label}, estimates",
                "dotted",
                colour,
                [.. early.Select(estimate => estimate.Value)],
                [.. early.Select(estimate => estimate.Passes)],
                null
            );
        }
    }

    private enum Over
    {
        Passes,
        Seconds,
    }

    private sealed record Curve(
        string Name,
        string Style,
        int Colour,
        double[] Elbo,
        double[]? Passes,
        double[]? Seconds
    )
    {
        public bool IsEstimate => Style == "dotted";

        public double[]? Abscissae(Over over) => over == Over.Passes ? Passes : Seconds;
    }
}
