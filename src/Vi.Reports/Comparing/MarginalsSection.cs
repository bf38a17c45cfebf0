namespace Vi.Reports.Comparing;

internal static class MarginalsSection
{
    private const int MostCharts = 8;
    private const int PointsEach = 101;

    internal static Markup Of(ComparedPage page)
    {
        var entries = ComparedPage.Foremost(page.Entries, MostCharts);
        var charts = entries.Select(entry => Chart(page, entry)).Where(chart => !chart.IsEmpty).ToList();
        var note = Markup.If(
            charts.Count > 0 && entries.Count < page.Entries.Count,
            $"<p class=\"muted\">{ComparedPage.Drawn(charts.Count, page.Entries.Count)}</p>\n"
        );
        return Markup.Concat([.. charts, note]);
    }

    private static Markup Chart(ComparedPage page, SharedEntry entry)
    {
        var known = page
            .Fits.Select(fit => (Fit: fit, Draws: entry.Fits[fit.At]?.DrawsOf(fit.Result)))
            .Select(pair => (pair.Fit, pair.Draws, Density: entry.Fits[pair.Fit.At]?.Density(pair.Draws)!))
            .ToList();
        var withDraws = known.Where(pair => pair.Draws is not null).Select(pair => pair.Fit.Label).ToList();
        known.RemoveAll(pair => pair.Density is null);
        if (known.Count == 0)
        {
            return Markup.Empty;
        }

        // Fine where any of the densities lies: a wide one would leave a narrow one few points.
        double[] grid =
        [
            .. known.SelectMany(pair => Curves.Grid(pair.Density.From, pair.Density.To, PointsEach)).Distinct().Order(),
        ];
        var source =
            withDraws.Count == page.Fits.Count ? "From draws."
            : withDraws.Count == 0 ? "From mean and quantiles."
            : $"From draws: {string.Join(", ", withDraws)}; the others from their quantiles.";
        return ChartFigure.Of(
            new XyChart
            {
                Id = $"marginal-{entry.Name}",
                Title = $"Marginal of {entry.Name}",
                Caption = $"{Words(page, entry)}{source}",
                X = entry.Name,
                Y = "density",
                Series = known
                    .Select(pair => Curves.Line(pair.Fit.Label, grid, pair.Density.At, pair.Fit.At, pair.Fit.Style))
                    .ToList(),
                References = double.IsFinite(entry.Truth) ? [new ReferenceLine("x", entry.Truth, "truth")] : [],
            }
        );
    }

    private static string Words(ComparedPage page, SharedEntry entry)
    {
        string Against(Fit fit, Func<ResultEntry, ResultEntry, double> measure) =>
            Numbers.Significant(entry.Against(entry.Fits[fit.At], measure));
        var words = page
            .Others.Where(fit => entry is { Reference: not null } && entry.Fits[fit.At] is not null)
            .Select(fit =>
                $"{fit.Label} shifted by {Against(fit, Distance.Shift)} sd, {Against(fit, Distance.Ratio)} times as wide"
            )
            .ToList();
        return words.Count == 0 ? "" : $"Against {page.Comparison.Reference}: {string.Join("; ", words)}. ";
    }
}
