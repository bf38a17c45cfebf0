namespace Vi.Reports.Comparing;

/// <summary>Means, standard deviations and quantiles side by side: scalars at once, parameters with entries behind a fold each.</summary>
internal static class SummariesSection
{
    private const int RowsAtMost = 1000;

    internal static Markup Of(ComparedRuns run, IReadOnlyList<SharedEntry> shared)
    {
        var scalars = shared.Where(entry => entry.IsScalar).ToList();
        var others = shared.Where(entry => !entry.IsScalar).GroupBy(entry => entry.Parameter, StringComparer.Ordinal);
        return Markup.Concat([
            scalars.Count > 0 ? Rows(run, "Scalars of all fits", scalars) : Markup.Empty,
            .. others.Select(group => Block(run, group.Key, [.. group])),
            LinearResponseText.Of(run.Results.FirstOrDefault(HasResponse)?.LinearResponse),
        ]);
    }

    private static bool HasResponse(RunResult result) => result.LinearResponse is { Found: true };

    private static Markup Block(ComparedRuns run, string parameter, List<SharedEntry> entries)
    {
        var most = Max(1, RowsAtMost / run.Results.Count);
        var left = entries.Count - most;
        var note =
            left > 0
                ? Markup.Of(
                    $"<p class=\"muted\">{Numbers.Count(left)} more entries are in <code>result.json</code>.</p>\n"
                )
                : Markup.Empty;
        return Markup.Of(
            $"<details><summary><code>{parameter}</code>: {Numbers.Count(entries.Count)} entries</summary>{Rows(run, $"{parameter} in all fits", entries.Take(most))}{note}</details>\n"
        );
    }

    private static Markup Rows(ComparedRuns run, string label, IEnumerable<SharedEntry> entries)
    {
        var rows = entries
            .SelectMany(entry =>
                entry
                    .Fits.Select((fit, i) => new Row(run.Comparison.Fits[i].Label, entry, fit!))
                    .Where(row => row.Fit is not null)
            )
            .ToList();
        var withResponse = rows.Exists(row => row.Fit.ResponseSd > 0);
        Column<Row> Value(string head, Func<ResultEntry, double> value, bool isShown = true) =>
            new(head, row => Markup.Exact(value(row.Fit), Numbers.BySd(value(row.Fit), row.Fit.Sd)), isShown);
        return Table.Of(
            label,
            rows,
            [
                new("entry", row => row.Entry.Name),
                new("fit", row => row.Label),
                Value("mean", fit => fit.Mean),
                Value("sd", fit => fit.Sd),
                Value(LinearResponseText.Head, fit => fit.ResponseSd, withResponse),
                Value("5 %", fit => fit.Q05),
                Value("50 %", fit => fit.Q50),
                Value("95 %", fit => fit.Q95),
                new("shift (sd)", row => row.Against(Distance.Shift, row.Fit)),
                new("sd ratio", row => row.Against(Distance.Ratio, row.Fit)),
                new(
                    "sd ratio, linear response",
                    row => row.Against(Distance.Ratio, Distance.Responding(row.Fit)),
                    withResponse
                ),
            ],
            textColumns: 2
        );
    }

    private sealed record Row(string Label, SharedEntry Entry, ResultEntry Fit)
    {
        /// <summary>A measure against the reference; not a number where the fit is the reference, or there is none.</summary>
        public double Against(Func<ResultEntry, ResultEntry, double> measure, ResultEntry own) =>
            Entry.Reference is { } other && !ReferenceEquals(Fit, other) ? measure(own, other) : double.NaN;
    }
}
