namespace Vi.Reports.Comparing;

/// <summary>Means, standard deviations and quantiles side by side: scalars at once, parameters with entries behind a fold each.</summary>
internal static class SummariesSection
{
    private const int RowsAtMost = 1000;

    internal static Section Of(ComparedRuns run, IReadOnlyList<SharedEntry> shared)
    {
        var scalars = shared.Where(entry => entry.IsScalar).ToList();
        var others = shared.Where(entry => !entry.IsScalar).GroupBy(entry => entry.Parameter, StringComparer.Ordinal);
        var first = scalars.Count > 0 ? Rows(run, "Scalars of all fits", scalars) : Markup.Empty;
        return new Section(
            "summaries",
            "Posteriors side by side",
            Markup.Concat([
                first,
                .. others.Select(group => Block(run, group.Key, [.. group])),
                LinearResponseText.Of(run.Results.FirstOrDefault(HasResponse)?.LinearResponse),
            ])
        );
    }

    private static bool HasResponse(RunResult result) => result.LinearResponse is { Found: true };

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

    private static Markup Rows(ComparedRuns run, string label, IEnumerable<SharedEntry> entries)
    {
        var rows = entries.ToList();
        var withResponse = rows.Exists(entry => entry.Fits.Any(fit => fit is { ResponseSd: > 0 }));
        List<string> heads = ["entry", "fit", "mean", "sd"];
        if (withResponse)
        {
            heads.Add(LinearResponseText.Head);
        }

        heads.AddRange(["5 %", "50 %", "95 %", "shift (sd)", "sd ratio"]);
        if (withResponse)
        {
            heads.Add("sd ratio, linear response");
        }

        return Table.Of(
            label,
            heads,
            rows.SelectMany(entry =>
                entry
                    .Fits.Select((fit, i) => (fit, label: run.Comparison.Fits[i].Label))
                    .Where(pair => pair.fit is not null)
                    .Select(pair => Cells(entry, pair.fit!, pair.label, withResponse))
            ),
            textColumns: 2
        );
    }

    private static IReadOnlyList<Markup> Cells(SharedEntry entry, ResultEntry fit, string label, bool withResponse)
    {
        var other = ReferenceEquals(fit, entry.Reference) ? null : entry.Reference;
        double Against(Func<ResultEntry, ResultEntry, double> measure, ResultEntry own) =>
            other is null ? double.NaN : measure(own, other);
        List<double> distances = [Against(Distance.Shift, fit), Against(Distance.Ratio, fit)];
        List<double> spread = [fit.Sd];
        if (withResponse)
        {
            spread.Add(fit.ResponseSd);
            distances.Add(Against(Distance.Ratio, Distance.Responding(fit)));
        }

        return
        [
            Markup.Of($"{entry.Name}"),
            Markup.Of($"{label}"),
            .. new[] { fit.Mean }
                .Concat(spread)
                .Concat([fit.Q05, fit.Q50, fit.Q95])
                .Select(value => Markup.Exact(value, Numbers.BySd(value, fit.Sd))),
            .. distances.Select(value => Markup.Exact(value, Numbers.Significant(value))),
        ];
    }
}
