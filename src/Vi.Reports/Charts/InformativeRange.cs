using Vi.Charts;

namespace Vi.Reports.Charts;

/// <summary>
/// The part of a chart that is looked at first, where a few values would press all others into a line: a bound's first iterations, the
/// empty tails of a density. What is left out is said in the caption and one click away.
/// </summary>
internal static class InformativeRange
{
    /// <summary>How many spreads from the median a value may lie; a normal sample's stay within seven standard deviations.</summary>
    private const double Spreads = 10;

    /// <summary>The least spread, as a share of the median: converged to rounding is no scale to look at.</summary>
    private const double LeastSpread = 0.001;

    /// <summary>How many times as long as the informative part the full axis must be before it is cut.</summary>
    private const double WorthACut = 5;

    /// <summary>The share of its peak below which a density counts as empty.</summary>
    private const double Empty = 0.001;

    /// <summary>The window of the first view, or null where everything drawn can be seen at once.</summary>
    internal static Window? Of(XyChart chart)
    {
        if (
            chart.Stacked
            || chart.Y.EqualScale
            || chart.Series.Count == 0
            || chart.Series.Any(series => series.Style == "bars" || series.Labels is not null)
        )
        {
            return null;
        }

        if (chart.Series.All(IsMass))
        {
            var kept = chart.X.Logarithmic ? null : Mass(chart);
            return IsWorthACut(Extent.ofX(chart), kept, WorthACut / 2) ? new Window(kept, null) : null;
        }

        var bulk = chart.Y.Logarithmic || chart.Series.Any(IsMass) ? null : Bulk(chart);
        return IsWorthACut(Extent.ofY(chart), bulk, WorthACut) ? new Window(null, bulk) : null;
    }

    /// <summary>How many of a chart's ordinates lie outside a window, and how many there are.</summary>
    internal static (int Outside, int All) Count(XyChart chart, Window window)
    {
        var pairs = chart
            .Series.SelectMany(series =>
                Values(series)
                    .SelectMany(values => values.Select((y, i) => (X: series.X is { } x ? x[i] : i + 1, Y: y)))
            )
            .Where(pair => double.IsFinite(pair.Y))
            .ToList();
        return (pairs.Count(pair => IsOutside(pair.X, window.X) || IsOutside(pair.Y, window.Y)), pairs.Count);
    }

    private static bool IsOutside(double value, (double From, double To)? ends) =>
        ends is { } range && (value < range.From || value > range.To);

    private static bool IsWorthACut((double From, double To)? all, (double From, double To)? kept, double times) =>
        all is { } full && kept is { } part && full.To - full.From > times * (part.To - part.From);

    /// <summary>Never below zero, and down to nearly nothing somewhere: a density, whose peak is what matters.</summary>
    private static bool IsMass(Series series)
    {
        var finite = Finite(series.Y);
        return finite.Length > 2 && finite[0] >= 0 && finite[0] <= 0.01 * finite[^1] && finite[^1] > 0;
    }

    private static (double From, double To)? Mass(XyChart chart) =>
        Extent.around([
            .. chart.Series.SelectMany(series =>
            {
                var peak = series.Y.Where(double.IsFinite).Max();
                return series.Y.Select((y, i) => y > Empty * peak ? (series.X?[i] ?? i + 1) : double.NaN);
            }),
            .. chart.References.Where(line => line.Axis == "x").Select(line => line.Value),
        ]);

    private static (double From, double To)? Bulk(XyChart chart) =>
        Extent.around([
            .. chart.Series.SelectMany(Values).SelectMany(Bulk),
            .. chart.References.Where(line => line.Axis == "y").Select(line => line.Value),
        ]);

    /// <summary>The values within so many spreads of the median. The narrower side of the middle half is the spread, since outliers have one side.</summary>
    private static IEnumerable<double> Bulk(IReadOnlyList<double> values)
    {
        var sorted = Finite(values);
        if (sorted.Length < 5)
        {
            return sorted;
        }

        var middle = DensityEstimate.Quantile(sorted, 0.5);
        var below = middle - DensityEstimate.Quantile(sorted, 0.25);
        var above = DensityEstimate.Quantile(sorted, 0.75) - middle;
        var spread = System.Math.Max(System.Math.Min(below, above), LeastSpread * System.Math.Abs(middle));
        return spread > 0 ? sorted.Where(value => System.Math.Abs(value - middle) <= Spreads * spread) : sorted;
    }

    private static IEnumerable<IReadOnlyList<double>> Values(Series series) =>
        new[] { series.Y, series.Lower, series.Upper }.OfType<IReadOnlyList<double>>();

    private static double[] Finite(IReadOnlyList<double> values) => [.. values.Where(double.IsFinite).Order()];
}
