namespace Vi.Reports.Comparing;

/// <summary>How far each fit is from the reference: by parameter in a table, by entry in a chart.</summary>
internal static class DistanceSection
{
    private const int MostEntries = 40;

    private static readonly string[] Heads =
    [
        "parameter",
        "fit",
        "entries",
        "largest shift of a mean (sd)",
        "typical shift (sd)",
        "smallest sd ratio",
        "typical sd ratio",
        "largest sd ratio",
    ];

    internal static Section Of(ComparedRuns run, IReadOnlyList<SharedEntry> shared)
    {
        var rows = run
            .Comparison.Fits.SelectMany(fit =>
                fit.Parameters.Select(pair => (pair.Key, fit.Label, pair.Value))
                    .Concat(
                        fit.LinearResponseParameters.Select(pair => (pair.Key, Label: Restored(fit.Label), pair.Value))
                    )
            )
            .OrderBy(row => row.Key, StringComparer.Ordinal)
            .Select(row => Row(row.Key, row.Label, row.Value))
            .ToList();
        return new Section(
            "distance",
            $"Distance from {run.Comparison.Reference}",
            rows.Count == 0
                ? Markup.Empty
                : Markup.Concat(Chart(run, shared), Table.Of("Distances by parameter", Heads, rows, textColumns: 2))
        );
    }

    private static string Restored(string label) => $"{label}, linear response";

    private static IReadOnlyList<Markup> Row(string parameter, string label, PosteriorDistance distance) =>
        [
            Markup.Of($"<code>{parameter}</code>"),
            Markup.Of($"{label}"),
            Markup.Of($"{Numbers.Count(distance.Entries)}"),
            At(distance.LargestShift, distance.LargestShiftAt, parameter),
            Markup.Exact(distance.TypicalShift, Numbers.Significant(distance.TypicalShift)),
            At(distance.SmallestRatio, distance.SmallestRatioAt, parameter),
            Markup.Exact(distance.TypicalRatio, Numbers.Significant(distance.TypicalRatio)),
            At(distance.LargestRatio, distance.LargestRatioAt, parameter),
        ];

    private static Markup At(double value, string entry, string parameter) =>
        Markup.Of(
            $"{Markup.Exact(value, Numbers.Significant(value))}{(entry == parameter ? Markup.Empty : Markup.Of($"<small>{entry}</small>"))}"
        );

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
    private static IEnumerable<Series> Restored(ComparedRuns run, List<SharedEntry> entries)
    {
        var reference = SharedEntries.ReferenceOf(run);
        for (var i = 0; i < run.Results.Count; i++)
        {
            if (i != reference && entries.Exists(entry => entry.Fits[i] is { ResponseSd: > 0 }))
            {
                yield return new Series
                {
                    Name = Restored(run.Comparison.Fits[i].Label),
                    Style = "points",
                    Labels = [.. entries.Select(entry => entry.Name)],
                    Y =
                    [
                        .. entries.Select(entry =>
                            entry.Fits[i] is { } own
                                ? Distance.Ratio(Distance.Responding(own), entry.Reference!)
                                : double.NaN
                        ),
                    ],
                    Color = run.Results.Count + i,
                };
            }
        }
    }

    private static List<Series> Series(
        ComparedRuns run,
        List<SharedEntry> entries,
        Func<ResultEntry, ResultEntry, double> measure
    )
    {
        var reference = SharedEntries.ReferenceOf(run);
        return
        [
            .. Enumerable
                .Range(0, run.Results.Count)
                .Where(i => i != reference)
                .Select(i => new Series
                {
                    Name = run.Comparison.Fits[i].Label,
                    Style = "points",
                    Labels = [.. entries.Select(entry => entry.Name)],
                    Y =
                    [
                        .. entries.Select(entry =>
                            entry.Fits[i] is { } own ? measure(own, entry.Reference!) : double.NaN
                        ),
                    ],
                    Color = i,
                }),
        ];
    }
}
