namespace Vi.Reports.Comparing;

/// <summary>Means, standard deviations and quantiles side by side: scalars at once, parameters with entries behind a fold each.</summary>
internal static class SummariesSection
{
    private const int RowsAtMost = 1000;

    internal static Markup Of(ComparedPage page)
    {
        var others = page.Entries.Where(e => !e.IsScalar).GroupBy(entry => entry.Parameter, StringComparer.Ordinal);
        return Markup.Concat([
            Rows(page, "Scalars of all fits", page.Entries.Where(entry => entry.IsScalar)),
            .. others.Select(group => Block(page, group.Key, [.. group])),
            LinearResponseText.Of(
                page.Run.Results.Select(result => result.LinearResponse)
                    .FirstOrDefault(found => found is { Found: true })
            ),
        ]);
    }

    private static Markup Block(ComparedPage page, string parameter, List<SharedEntry> entries)
    {
        var most = Max(1, RowsAtMost / page.Fits.Count);
        var left = entries.Count - most;
        var note = Markup.If(
            left > 0,
            $"<p class=\"muted\">{Numbers.Count(left)} more entries are in <code>result.json</code>.</p>\n"
        );
        return Markup.Of(
            $"<details><summary><code>{parameter}</code>: {Numbers.Count(entries.Count)} entries</summary>{Rows(page, $"{parameter} in all fits", entries.Take(most))}{note}</details>\n"
        );
    }

    private static Markup Rows(ComparedPage page, string label, IEnumerable<SharedEntry> entries)
    {
        var rows = entries
            .SelectMany(entry => page.Fits.Select(fit => new Row(fit, entry, entry.Fits[fit.At]!)))
            .Where(row => row.Own is not null)
            .ToList();
        var withResponse = rows.Exists(row => row.Own.ResponseSd > 0);
        return Table.Of(
            label,
            rows,
            [
                new("entry", row => row.Entry.Name),
                new("fit", row => row.Fit.Label),
                .. PosteriorSection.Summary<Row>(row => row.Own, withResponse, isChecked: false),
                new("shift (sd)", row => row.Against(Distance.Shift)),
                new("sd ratio", row => row.Against(Distance.Ratio)),
                new("sd ratio, linear response", row => row.Against(Distance.RespondingRatio), withResponse),
            ],
            textColumns: 2
        );
    }

    private sealed record Row(Fit Fit, SharedEntry Entry, ResultEntry Own)
    {
        /// <summary>A measure against the reference; not a number where the fit is the reference, or there is none.</summary>
        public double Against(Func<ResultEntry, ResultEntry, double> measure) =>
            Fit.IsReference ? double.NaN : Entry.Against(Own, measure);
    }
}
