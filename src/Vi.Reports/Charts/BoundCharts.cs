namespace Vi.Reports.Charts;

/// <summary>The charts that every run has: the bound sweep by sweep, and who gained it.</summary>
internal static class BoundCharts
{
    private const int MostPoints = 2000;
    private const int MostBars = 120;
    private const double WideRange = 100;
    private const string Sweep = "sweep";

    /// <summary>
    /// Gains of a sweep below this share of the bound are its rounding: of the terms, some ten times as large as the bound, each is a sum of
    /// thousands of numbers rounded to 1.1e-16.
    /// </summary>
    private const double Rounding = 1e-12;

    /// <summary>The bound after each sweep; with a view of the gain per sweep where gains span orders of magnitude.</summary>
    internal static Markup Trace(ElboRecord elbo)
    {
        var history = elbo.History;
        var kept = Spread(history.Count);
        var trace = new XyChart
        {
            Id = "bound-trace",
            Title = "The bound, sweep by sweep",
            Caption = TraceCaption(history),
            X = Sweep,
            Y = "ELBO (nats)",
            Series = [Line("ELBO", kept.Select(i => i + 1.0), kept.Select(i => history[i]), 0, history.Count)],
        };
        var gains = history.Skip(1).Select((value, i) => value - history[i]).ToList();
        var logarithmic = trace with
        {
            Y = new Axis("gain per sweep (nats)", Logarithmic: true),
            Series = [.. GainSeries(gains)],
        };
        return IsWide(gains)
            ? ChartFigure.Of(trace, [new("Bound", trace), new("Gain per sweep, log scale", logarithmic)])
            : ChartFigure.Of(trace);
    }

    /// <summary>Which factor's update gained how much in each sweep: as shares, in nats, and on a logarithmic scale.</summary>
    internal static Markup Ledger(LedgerRecord ledger, ElboRecord? elbo)
    {
        var rounding = Rounding * Abs(elbo is { Value: var bound } && double.IsFinite(bound) ? bound : 0);
        var sweeps = ledger.Gains.Max(gains => gains.Count);
        var width = (sweeps + MostBars - 1) / MostBars;
        var binned = ledger.Gains.Select(gains => Bins(gains, width)).ToList();
        var totals = Enumerable
            .Range(0, (sweeps + width - 1) / width)
            .Select(bin => binned.Sum(gains => bin < gains.Count ? Abs(Finite(gains[bin])) : 0))
            .ToList();
        var nats = Stacked(ledger, width, binned, width == 1 ? "gain per sweep (nats)" : "gain (nats)");
        IEnumerable<double> Share(List<double> gains) =>
            gains.Select((gain, bin) => totals[bin] > rounding ? 100 * gain / totals[bin] : 0);
        var shares = Stacked(ledger, width, binned.ConvertAll(gains => Share(gains).ToList()), "share of the gain (%)");
        var lines = nats with
        {
            Y = nats.Y with { Logarithmic = true },
            Stacked = false,
            Series = nats
                .Series.Select(series => series with { Style = "line", Y = series.Y.Select(Positive).ToList() })
                .ToList(),
        };
        ChartView[] views = [new("Share", shares), new("Nats", nats), new("Nats, log scale", lines)];
        return ChartFigure.Of(nats, IsWide(totals) ? views : [views[1], views[0]]);
    }

    private static XyChart Stacked(LedgerRecord ledger, int width, List<List<double>> gains, Axis y) =>
        new()
        {
            Id = "bound-ledger",
            Title = "Who gained it: the ledger of updates",
            Caption =
                "Each bar is a sweep, its parts are the factors' updates in nats of ELBO. An exact coordinate update never loses; "
                + (
                    width == 1
                        ? "sweeps that gain no more than rounding have no shares."
                        : $"one bar stands for {width} sweeps."
                ),
            X = width == 1 ? Sweep : $"sweep (bars of {width} sweeps)",
            Y = y,
            Stacked = true,
            Series = ledger
                .Factors.Select(
                    (factor, f) =>
                        Curves.Through(
                            factor,
                            gains[f].Select((_, bin) => (bin * width) + ((width + 1) / 2.0)),
                            gains[f],
                            f,
                            "bars"
                        )
                )
                .ToList(),
        };

    private static IEnumerable<Series> GainSeries(List<double> gains)
    {
        var kept = Spread(gains.Count);
        yield return Line("gain", kept.Select(i => i + 2.0), kept.Select(i => Positive(gains[i])), 0, gains.Count);
        var losses = Enumerable.Range(0, gains.Count).Where(i => gains[i] < 0).ToList();
        if (losses.Count > 0)
        {
            var amounts = losses.Select(i => -gains[i]);
            yield return Curves.Through("loss (its amount)", losses.Select(i => i + 2.0), amounts, 1, "points");
        }
    }

    /// <summary>What a logarithmic axis can show; not a number for all else.</summary>
    private static double Positive(double value) => value > 0 ? value : double.NaN;

    private static string TraceCaption(IReadOnlyList<double> history)
    {
        var sentence =
            $"From {Numbers.Nats(history[0])} nats after the first sweep to {Numbers.Nats(history[^1])} nats after "
            + $"{Numbers.Counted(history.Count, "sweep")}.";
        return history.Count < 2
            ? sentence
            : $"{sentence} The last sweep gained {Numbers.Significant(history[^1] - history[^2])} nats.";
    }

    private static Series Line(string name, IEnumerable<double> x, IEnumerable<double> y, int colour, int count) =>
        Curves.Through(name, x, y, colour, count == 1 ? "points" : "line");

    /// <summary>All indices below a count, or so many of them, evenly spread and with both ends, as a chart can show.</summary>
    internal static List<int> Spread(int count) =>
        count <= MostPoints
            ? [.. Enumerable.Range(0, count)]
            : [.. Enumerable.Range(0, MostPoints).Select(i => (int)((long)i * (count - 1) / (MostPoints - 1)))];

    private static List<double> Bins(IReadOnlyList<double> gains, int width) =>
        [.. gains.Chunk(width).Select(chunk => chunk.Sum(Finite))];

    private static bool IsWide(IEnumerable<double> gains)
    {
        var positive = gains.Where(gain => gain > 0 && double.IsFinite(gain)).Order().ToList();
        return positive.Count > 2 && positive[^1] > WideRange * positive[positive.Count / 2];
    }

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;
}
