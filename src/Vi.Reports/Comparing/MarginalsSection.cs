namespace Vi.Reports.Comparing;

internal static class MarginalsSection
{
    private const int MostCharts = 8;

    internal static Markup Of(ComparedRuns run, IReadOnlyList<SharedEntry> shared)
    {
        var entries = SharedEntries.Foremost(shared, MostCharts);
        var charts = entries.Select(entry => Chart(run, entry)).Where(chart => !chart.IsEmpty).ToList();
        var note =
            charts.Count > 0 && entries.Count < shared.Count
                ? Markup.Of(
                    $"<p class=\"muted\">{charts.Count} of {Numbers.Count(shared.Count)} entries are drawn: scalars and those that differ most.</p>\n"
                )
                : Markup.Empty;
        return Markup.Concat([.. charts, note]);
    }

    private static Markup Chart(ComparedRuns run, SharedEntry entry)
    {
        var densities = entry.Fits.Select((fit, i) => fit?.Density(fit.DrawsOf(run.Results[i]))).ToList();
        var known = densities.OfType<DensityEstimate>().ToList();
        if (known.Count == 0)
        {
            return Markup.Empty;
        }

        var grid = Curves.Grid(known.Min(d => d.From), known.Max(d => d.To));
        var reference = SharedEntries.ReferenceOf(run);
        var withDraws = Enumerable
            .Range(0, run.Results.Count)
            .Where(i => entry.Fits[i]?.DrawsOf(run.Results[i]) is not null)
            .Select(i => run.Comparison.Fits[i].Label)
            .ToList();
        var source =
            withDraws.Count == run.Results.Count ? "From draws."
            : withDraws.Count == 0 ? "From mean and quantiles."
            : $"From draws: {string.Join(", ", withDraws)}; the others from their quantiles.";
        return ChartFigure.Of(
            new XyChart
            {
                Id = $"marginal-{entry.Name}",
                Title = $"Marginal of {entry.Name}",
                Caption = $"{Words(run, entry, reference)}{source}",
                X = new Axis(entry.Name),
                Y = new Axis("density"),
                Series =
                [
                    .. densities
                        .Select((density, i) => (density, i))
                        .Where(pair => pair.density is not null)
                        .Select(pair =>
                            Curves.Line(
                                run.Comparison.Fits[pair.i].Label,
                                grid,
                                pair.density!.At,
                                pair.i,
                                pair.i == reference ? "line" : "dashed"
                            )
                        ),
                ],
                References = double.IsFinite(entry.Truth) ? [new ReferenceLine("x", entry.Truth, "truth")] : [],
            }
        );
    }

    private static string Words(ComparedRuns run, SharedEntry entry, int reference)
    {
        if (entry.Reference is not { } other)
        {
            return "";
        }

        var words = entry
            .Fits.Select((fit, i) => (fit, i))
            .Where(pair => pair.fit is not null && pair.i != reference)
            .Select(pair =>
                $"{run.Comparison.Fits[pair.i].Label} shifted by {Numbers.Significant(Distance.Shift(pair.fit!, other))} sd, "
                + $"{Numbers.Significant(Distance.Ratio(pair.fit!, other))} times as wide"
            )
            .ToList();
        return words.Count == 0 ? "" : $"Against {run.Comparison.Reference}: {string.Join("; ", words)}. ";
    }
}
