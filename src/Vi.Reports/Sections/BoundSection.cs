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
        return result.Ledger is { Factors.Count: > 0 } ledger && ledger.Gains.Any(gains => gains.Count > 0)
            ? Markup.Concat(trace, BoundCharts.Ledger(ledger, result.Elbo), Totals(ledger))
            : trace;
    }

    private static Markup Totals(LedgerRecord ledger)
    {
        var rows = ledger
            .Factors.Zip(
                ledger.Gains,
                (factor, gains) => new Row(Markup.Text(factor), gains.Where(double.IsFinite).ToList())
            )
            .ToList();
        var all = rows.Sum(row => row.Gains.Sum());
        rows.Add(new Row(Markup.Trusted("<strong>all factors</strong>"), [all], IsTotal: true));
        return Table.Of(
            "Gains by factor",
            rows,
            [
                new("factor", row => row.Name),
                new("total gain (nats)", row => row.Gains.Sum()),
                new("share (%)", row => all > 0 ? Numbers.Significant(100 * row.Gains.Sum() / all) : "–"),
                new("largest update (nats)", row => row.Extreme(Enumerable.Max)),
                new("smallest update (nats)", row => row.Extreme(Enumerable.Min)),
            ]
        );
    }

    private sealed record Row(Markup Name, List<double> Gains, bool IsTotal = false)
    {
        public Markup Extreme(Func<IEnumerable<double>, double> of) =>
            IsTotal ? Markup.Empty : Markup.Number(of(Gains.DefaultIfEmpty(double.NaN)));
    }
}
