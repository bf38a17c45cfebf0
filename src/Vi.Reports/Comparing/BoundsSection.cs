namespace Vi.Reports.Comparing;

/// <summary>The bounds of all fits in one chart: over passes through the data and over seconds, as they are and as gaps to the best.</summary>
internal static class BoundsSection
{
    /// <summary>Passes up to which estimates within them say more than their noise: later the bound hardly moves.</summary>
    private const double EstimatedPasses = 2;

    /// <summary>The style of estimates, which no other curve has.</summary>
    private const string Estimates = "dotted";

    private static readonly Over Passes = new("passes", "passes through the data", curve => curve.Passes);

    private static readonly Over Seconds = new(
        "seconds",
        "seconds from the kept restart's beginning",
        curve => curve.Seconds
    );

    internal static Markup Of(ComparedPage page)
    {
        var curves = page.Fits.SelectMany(CurvesOf).ToList();
        if (curves.Count == 0 || page.Fits.All(fit => fit.BelowBest is null))
        {
            return Markup.Empty;
        }

        // As the table has it: the best of the bounds that fits ended with, not the luckiest estimate on the way of one with noise.
        var best = page
            .Fits.Where(fit => fit.BelowBest is not null)
            .Select(fit => fit.Result.Elbo!.Value)
            .Where(double.IsFinite)
            .DefaultIfEmpty(double.NaN)
            .Max();
        var exact = curves.FindAll(curve => curve.Style != Estimates);
        // Where a pass or two are all that was needed, seconds tell more.
        var byPasses = exact.Exists(curve => curve.Passes is { Length: > 1 } passes && passes[^1] > passes[0]);
        Over[] all = byPasses ? [Passes, Seconds] : [Seconds];
        var drawn = all.Where(over => exact.Exists(curve => over.Of(curve) is not null)).ToList();
        var gap = new Axis("nats below the best bound", Logarithmic: true);
        ChartView Gap(Over over) =>
            new(
                $"Gap to the best, {over.Name}",
                Chart(page, gap, exact, over, value => best - value > 0 ? best - value : double.NaN)
            );
        ChartView Bound(Over over) =>
            new($"Bound, {over.Name}", Chart(page, "ELBO (nats)", curves, over, value => value));
        ChartView[] views = [.. drawn.Select(Gap), .. drawn.Select(Bound)];
        return views.Length == 0 ? Markup.Empty : ChartFigure.Of(views[0].Chart, views);
    }

    private static XyChart Chart(
        ComparedPage page,
        Axis y,
        List<Curve> curves,
        Over over,
        Func<double, double> value
    ) =>
        new()
        {
            Id = "bounds-over-work",
            Title = "The bound against the work",
            Caption = Caption(page),
            X = over.Title,
            Y = y,
            Series = curves
                .Where(curve => over.Of(curve) is not null)
                .Select(curve =>
                    Curves.Through(curve.Name, over.Of(curve)!, curve.Elbo.Select(value), curve.Colour, curve.Style)
                )
                .ToList(),
        };

    private static string Caption(ComparedPage page)
    {
        var without = page.Fits.Where(fit => fit.Result.Elbo is null).Select(fit => fit.Label).ToList();
        var estimates = page.Fits.Any(fit => fit.Result.Elbo is { Estimates.Count: > 0 })
            ? $" Dotted, among the bounds: estimates from minibatches in the first {EstimatedPasses} passes, each made before its step."
            : "";
        var stream = page.Fits.Any(fit => IsStream(fit.Result))
            ? " A stream's bound is that of the rows so far, so only its last one is drawn."
            : "";
        return "The kept restart of each fit. Passes count the reading that moves the factors and that of refused extrapolations; passes that only compute a bound are in the "
            + $"seconds, not in the passes.{estimates}{stream}"
            + (without.Count > 0 ? $" Without a bound: {string.Join(", ", without)}." : "");
    }

    private static bool IsStream(RunResult result) => result is { Method.ReadsRowsOnce: true, Elbo: not null };

    private static IEnumerable<Curve> CurvesOf(Fit fit)
    {
        if (fit.Result.Elbo is not { History.Count: > 0 } elbo)
        {
            yield break;
        }

        var all = elbo.History.Count;
        var kept = IsStream(fit.Result) ? [all - 1] : BoundCharts.Spread(all);
        double[]? Kept(IReadOnlyList<double> values) => values.Count == all ? [.. kept.Select(i => values[i])] : null;
        var style = kept.Count == 1 ? "points" : "line";
        yield return new Curve(fit.Label, style, fit.At, Kept(elbo.History)!, Kept(elbo.Passes), Kept(elbo.Seconds));
        var early = elbo.Estimates.Where(estimate => estimate.Passes <= EstimatedPasses).ToList();
        if (early.Count > 1)
        {
            double[] values = [.. early.Select(estimate => estimate.Value)];
            double[] passes = [.. early.Select(estimate => estimate.Passes)];
            yield return new Curve($"{fit.Label}, estimates", Estimates, fit.At, values, passes, null);
        }
    }

    private sealed record Over(string Name, string Title, Func<Curve, double[]?> Of);

    private sealed record Curve(
        string Name,
        string Style,
        int Colour,
        double[] Elbo,
        double[]? Passes,
        double[]? Seconds
    );
}
