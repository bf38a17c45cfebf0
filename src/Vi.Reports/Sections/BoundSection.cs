namespace Vi.Reports.Sections;

/// <summary>The bound sweep by sweep and the ledger of updates.</summary>
internal static class BoundSection
{
    internal static Markup Of(RunResult result)
    {
        // Estimates by steps are a figure of the fit's own, with their errors.
        var trace = result is { Elbo: { History.Count: > 0 } elbo, Method.NeedsDensityOnly: false }
            ? BoundCharts.Trace(elbo)
            : Markup.Empty;
        var ledger =
            result.Ledger is { Factors.Count: > 0 } record && record.Gains.Any(gains => gains.Count > 0)
                ? Markup.Concat(BoundCharts.Ledger(record), Totals(record))
                : Markup.Empty;
        return Markup.Concat(trace, ledger);
    }

    private static Markup Totals(LedgerRecord ledger)
    {
        var gains = ledger
            .Factors.Zip(ledger.Gains)
            .Select(pair => (Factor: pair.First, Updates: pair.Second.Where(double.IsFinite).ToList()))
            .ToList();
        var all = gains.Sum(one => one.Updates.Sum());
        Markup Extreme(List<double>? updates, Func<IEnumerable<double>, double> of) =>
            updates is null ? Markup.Empty : Markup.Number(of(updates.DefaultIfEmpty(double.NaN)));
        return Table.Of(
            "Gains by factor",
            gains
                .Select(one =>
                    (Name: Markup.Text(one.Factor), Total: one.Updates.Sum(), Updates: (List<double>?)one.Updates)
                )
                .Append((Name: Markup.Trusted("<strong>all factors</strong>"), Total: all, Updates: null)),
            [
                new("factor", one => one.Name),
                new("total gain (nats)", one => one.Total),
                new("share (%)", one => all > 0 ? Numbers.Significant(100 * one.Total / all) : "–"),
                new("largest update (nats)", one => Extreme(one.Updates, Enumerable.Max)),
                new("smallest update (nats)", one => Extreme(one.Updates, Enumerable.Min)),
            ]
        );
    }
}
