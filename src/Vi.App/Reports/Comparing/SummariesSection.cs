using Vi.App.Comparing;
using Vi.App.Results;

namespace Vi.App.Reports.Comparing;

/// <summary>Means, standard deviations and quantiles side by side: scalars at once, parameters with entries behind a fold each.</summary>
internal static class SummariesSection
{
    private const int RowsAtMost = 1000;

    private static readonly string[] Heads =
    [
        "entry",
        "fit",
        "mean",
        "sd",
        "5 %",
        "50 %",
        "95 %",
        "shift (sd)",
        "sd ratio",
    ];

    internal static Section Of(ComparedRuns run, IReadOnlyList<SharedEntry> shared)
    {
        var scalars = shared.Where(entry => entry.IsScalar).ToList();
        var others = shared.Where(entry => !entry.IsScalar).GroupBy(entry => entry.Parameter, StringComparer.Ordinal);
        var first = scalars.Count > 0 ? Rows(run, "Scalars of all fits", scalars) : Markup.Empty;
        return new Section(
            "summaries",
            "Posteriors side by side",
            Markup.Concat([first, .. others.Select(group => Block(run, group.Key, [.. group]))])
        );
    }

    private static Markup Block(ComparedRuns run, string parameter, List<SharedEntry> entries)
    {
        var most = System.Math.Max(1, RowsAtMost / run.Results.Count);
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

    private static Markup Rows(ComparedRuns run, string label, IEnumerable<SharedEntry> entries) =>
        Table.Of(
            label,
            Heads,
            entries.SelectMany(entry =>
                entry
                    .Fits.Select((fit, i) => (fit, label: run.Comparison.Fits[i].Label))
                    .Where(pair => pair.fit is not null)
                    .Select(pair => Cells(entry, pair.fit!, pair.label))
            ),
            textColumns: 2
        );

    private static IReadOnlyList<Markup> Cells(SharedEntry entry, ResultEntry fit, string label)
    {
        var isReference = ReferenceEquals(fit, entry.Reference);
        double[] distances =
            entry.Reference is null || isReference
                ? [double.NaN, double.NaN]
                : [Distance.Shift(fit, entry.Reference), Distance.Ratio(fit, entry.Reference)];
        return
        [
            Markup.Of($"{entry.Name}"),
            Markup.Of($"{label}"),
            .. new[] { fit.Mean, fit.Sd, fit.Q05, fit.Q50, fit.Q95 }.Select(value =>
                Numbers.Exact(value, Numbers.BySd(value, fit.Sd))
            ),
            .. distances.Select(value => Numbers.Exact(value, Numbers.Significant(value, 3))),
        ];
    }
}
