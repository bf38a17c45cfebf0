namespace Vi.Reports.Comparing;

/// <summary>How far each fit is from the reference: by parameter in a table, by entry in a chart.</summary>
internal static class DistanceSection
{
    private const int MostEntries = 40;

    internal static Markup Of(ComparedPage page)
    {
        var rows = page
            .Fits.SelectMany(fit =>
                fit.Compared.Parameters.Select(pair => new Row(pair.Key, fit.Label, pair.Value))
                    .Concat(
                        fit.Compared.LinearResponseParameters.Select(pair => new Row(
                            pair.Key,
                            Restored(fit),
                            pair.Value
                        ))
                    )
            )
            .OrderBy(row => row.Parameter, StringComparer.Ordinal)
            .ToList();
        return Markup.Concat(
            rows.Count == 0 ? Markup.Empty : Chart(page),
            Table.Of(
                "Distances by parameter",
                rows,
                [
                    new("parameter", row => Markup.Of($"<code>{row.Parameter}</code>")),
                    new("fit", row => row.Label),
                    new("entries", row => row.Distance.Entries),
                    new("largest shift of a mean (sd)", row => row.At(d => (d.LargestShift, d.LargestShiftAt))),
                    new("typical shift (sd)", row => row.Distance.TypicalShift),
                    new("smallest sd ratio", row => row.At(d => (d.SmallestRatio, d.SmallestRatioAt))),
                    new("typical sd ratio", row => row.Distance.TypicalRatio),
                    new("largest sd ratio", row => row.At(d => (d.LargestRatio, d.LargestRatioAt))),
                ],
                textColumns: 2
            )
        );
    }

    private static string Restored(Fit fit) => $"{fit.Label}, linear response";

    private static Markup Chart(ComparedPage page)
    {
        var compared = page.Entries.Where(entry => entry.Reference is { Sd: > 0 }).ToList();
        var entries = ComparedPage.Foremost(compared, MostEntries);
        if (entries.Count == 0)
        {
            return Markup.Empty;
        }

        var reference = page.Comparison.Reference!;
        var few = entries.Count < compared.Count ? $" {ComparedPage.Drawn(entries.Count, compared.Count)}" : "";
        Series Points(string name, Fit fit, int color, Func<ResultEntry, ResultEntry, double> measure) =>
            new()
            {
                Name = name,
                Style = "points",
                Labels = entries.Select(entry => entry.Name).ToList(),
                Y = entries.Select(entry => entry.Against(entry.Fits[fit.At], measure)).ToList(),
                Color = color,
            };
        IEnumerable<Series> Each(Func<ResultEntry, ResultEntry, double> measure) =>
            page.Others.Select(fit => Points(fit.Label, fit, fit.At, measure));
        // Ratios with standard deviations by linear response, of the fits that have them.
        var restored = page
            .Others.Where(fit => entries.Exists(entry => entry.Fits[fit.At] is { ResponseSd: > 0 }))
            .Select(fit => Points(Restored(fit), fit, page.Fits.Count + fit.At, Distance.RespondingRatio));
        var shifts = new XyChart
        {
            Id = "distance-by-entry",
            Title = "Means and standard deviations against the reference",
            Caption =
                $"Shift of each mean in standard deviations of {reference}, and each standard deviation over that of {reference}.{few}",
            X = "",
            Y = "shift of the mean (reference sd)",
            Series = [.. Each(Distance.Shift)],
            References = [new ReferenceLine("y", 0, reference)],
        };
        var ratios = shifts with
        {
            Y = "sd over the reference's",
            Series = [.. Each(Distance.Ratio), .. restored],
            References = [new ReferenceLine("y", 1, reference)],
        };
        return ChartFigure.Of(shifts, [new("Shift of means", shifts), new("Ratio of sds", ratios)]);
    }

    private sealed record Row(string Parameter, string Label, PosteriorDistance Distance)
    {
        /// <summary>A figure with the entry that has it, where the parameter has several.</summary>
        public Markup At(Func<PosteriorDistance, (double Value, string Entry)> figure)
        {
            var (value, entry) = figure(Distance);
            return Markup.At(value, entry == Parameter ? "" : entry);
        }
    }
}
