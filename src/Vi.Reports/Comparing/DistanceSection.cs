namespace Vi.Reports.Comparing;

/// <summary>How far each fit is from the reference: by parameter in a table, by entry in a chart.</summary>
internal static class DistanceSection
{
    private const int MostEntries = 40;

    internal static Markup Of(ComparedRuns run, IReadOnlyList<SharedEntry> shared)
    {
        var rows = run
            .Comparison.Fits.SelectMany(fit =>
                fit.Parameters.Select(pair => (Parameter: pair.Key, fit.Label, Distance: pair.Value))
                    .Concat(
                        fit.LinearResponseParameters.Select(pair =>
                            (Parameter: pair.Key, Label: Restored(fit.Label), Distance: pair.Value)
                        )
                    )
            )
            .OrderBy(row => row.Parameter, StringComparer.Ordinal)
            .ToList();
        return rows.Count == 0
            ? Markup.Empty
            : Markup.Concat(
                Chart(run, shared),
                Table.Of(
                    "Distances by parameter",
                    rows,
                    [
                        new("parameter", row => Markup.Of($"<code>{row.Parameter}</code>")),
                        new("fit", row => row.Label),
                        new("entries", row => row.Distance.Entries),
                        new(
                            "largest shift of a mean (sd)",
                            row => At(row.Distance.LargestShift, row.Distance.LargestShiftAt, row.Parameter)
                        ),
                        new("typical shift (sd)", row => row.Distance.TypicalShift),
                        new(
                            "smallest sd ratio",
                            row => At(row.Distance.SmallestRatio, row.Distance.SmallestRatioAt, row.Parameter)
                        ),
                        new("typical sd ratio", row => row.Distance.TypicalRatio),
                        new(
                            "largest sd ratio",
                            row => At(row.Distance.LargestRatio, row.Distance.LargestRatioAt, row.Parameter)
                        ),
                    ],
                    textColumns: 2
                )
            );
    }

    private static string Restored(string label) => $"{label}, linear response";

    private static Markup At(double value, string entry, string parameter) =>
        Markup.Of($"{Markup.Number(value)}{Markup.Small(entry == parameter ? "" : entry)}");

    private static Markup Chart(ComparedRuns run, IReadOnlyList<SharedEntry> shared)
    {
        var compared = shared.Where(entry => entry.Reference is { Sd: > 0 }).ToList();
        var entries = SharedEntries.Foremost(compared, MostEntries);
        if (entries.Count == 0)
        {
            return Markup.Empty;
        }

        var few =
            entries.Count < compared.Count
                ? $" {entries.Count} of {Numbers.Count(compared.Count)} entries are drawn: scalars and those that differ most."
                : "";
        var shifts = new XyChart
        {
            Id = "distance-by-entry",
            Title = "Means and standard deviations against the reference",
            Caption =
                $"Shift of each mean in standard deviations of {run.Comparison.Reference}, and each standard deviation over that of "
                + $"{run.Comparison.Reference}.{few}",
            X = new Axis(""),
            Y = new Axis("shift of the mean (reference sd)"),
            Series = Series(run, entries, Distance.Shift),
            References = [new ReferenceLine("y", 0, run.Comparison.Reference!)],
        };
        var ratios = shifts with
        {
            Y = new Axis("sd over the reference's"),
            Series = [.. Series(run, entries, Distance.Ratio), .. Restored(run, entries)],
            References = [new ReferenceLine("y", 1, run.Comparison.Reference!)],
        };
        return ChartFigure.Of(shifts, [new ChartView("Shift of means", shifts), new ChartView("Ratio of sds", ratios)]);
    }

    /// <summary>Ratios with standard deviations by linear response, of the fits that have them.</summary>
    private static IEnumerable<Series> Restored(ComparedRuns run, List<SharedEntry> entries) =>
        Others(run)
            .Where(i => entries.Exists(entry => entry.Fits[i] is { ResponseSd: > 0 }))
            .Select(i =>
                Points(
                    entries,
                    Restored(run.Comparison.Fits[i].Label),
                    i,
                    (own, reference) => Distance.Ratio(Distance.Responding(own), reference),
                    run.Results.Count + i
                )
            );

    private static List<Series> Series(
        ComparedRuns run,
        List<SharedEntry> entries,
        Func<ResultEntry, ResultEntry, double> measure
    ) => [.. Others(run).Select(i => Points(entries, run.Comparison.Fits[i].Label, i, measure, i))];

    private static IEnumerable<int> Others(ComparedRuns run)
    {
        var reference = SharedEntries.ReferenceOf(run);
        return Enumerable.Range(0, run.Results.Count).Where(i => i != reference);
    }

    private static Series Points(
        List<SharedEntry> entries,
        string name,
        int fit,
        Func<ResultEntry, ResultEntry, double> measure,
        int color
    ) =>
        new()
        {
            Name = name,
            Style = "points",
            Labels = [.. entries.Select(entry => entry.Name)],
            Y = [.. entries.Select(entry => entry.Fits[fit] is { } own ? measure(own, entry.Reference!) : double.NaN)],
            Color = color,
        };
}
