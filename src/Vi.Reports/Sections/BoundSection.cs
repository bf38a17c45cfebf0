namespace Vi.Reports.Sections;

/// <summary>The bound sweep by sweep and the ledger of updates.</summary>
internal static class BoundSection
{
    internal static Section Of(RunResult result)
    {
        // Estimates by steps are a figure of the fit's own, with their errors.
        var trace = result is { Elbo: { History.Count: > 0 } elbo, Method.NeedsDensityOnly: false }
            ? BoundCharts.Trace(elbo)
            : Markup.Empty;
        var ledger =
            result.Ledger is { Factors.Count: > 0 } record && record.Gains.Any(gains => gains.Count > 0)
                ? Markup.Concat(BoundCharts.Ledger(record), Totals(record))
                : Markup.Empty;
        return new Section("bound", "Evidence lower bound", Markup.Concat(trace, ledger));
    }

    private static Markup Totals(LedgerRecord ledger)
    {
        var sums = ledger.Gains.Select(gains => gains.Where(double.IsFinite).Sum()).ToList();
        var all = sums.Sum();
        var rows = ledger
            .Factors.Select(
                (factor, f) =>
                    (IReadOnlyList<Markup>)
                        [
                            Markup.Of($"{factor}"),
                            Nats(sums[f]),
                            Markup.Of($"{(all > 0 ? Numbers.Significant(100 * sums[f] / all) : "–")}"),
                            Nats(ledger.Gains[f].Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max()),
                            Nats(ledger.Gains[f].Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min()),
                        ]
            )
            .Append([
                Markup.Trusted("<strong>all factors</strong>"),
                Nats(all),
                Markup.Of($"{(all > 0 ? "100" : "–")}"),
                Markup.Empty,
                Markup.Empty,
            ]);
        return Table.Of(
            "Gains by factor",
            ["factor", "total gain (nats)", "share (%)", "largest update (nats)", "smallest update (nats)"],
            rows
        );
    }

    private static Markup Nats(double value) => Markup.Exact(value, Numbers.Significant(value));
}
