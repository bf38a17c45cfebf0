namespace Vi.Reports.Charts;

/// <summary>
/// How far a chart's axes reach: everything drawn, its error bars and its reference lines, with a margin so that nothing touches the
/// frame.
/// </summary>
internal static class Extent
{
    private const double Margin = 0.04;

    /// <summary>Ends of the horizontal axis; null where nothing finite is drawn.</summary>
    internal static (double From, double To)? OfX(XyChart chart)
    {
        var values = chart.Series.SelectMany(series =>
            series.X ?? [.. Enumerable.Range(1, series.Y.Count).Select(i => (double)i)]
        );
        var half = chart.Series.Where(series => series.Style == "bars").Select(HalfWidth).DefaultIfEmpty(0).Max();
        return Around([.. values.SelectMany(value => new[] { value - half, value + half }), .. References(chart, "x")]);
    }

    /// <summary>Ends of the vertical axis; null where nothing finite is drawn. Bars stand on zero.</summary>
    internal static (double From, double To)? OfY(XyChart chart)
    {
        var values = chart.Series.SelectMany(series => series.Y.Concat(series.Lower ?? []).Concat(series.Upper ?? []));
        var ground = chart.Series.Any(series => series.Style == "bars") ? [0.0] : Array.Empty<double>();
        var ends = Around([.. values, .. References(chart, "y"), .. ground]);
        return ends is { } found && ground.Length > 0 && values.Where(double.IsFinite).All(value => value >= 0)
            ? (0, found.To)
            : ends;
    }

    private static IEnumerable<double> References(XyChart chart, string axis) =>
        chart.References.Where(line => line.Axis == axis).Select(line => line.Value);

    private static double HalfWidth(Series bars)
    {
        var x = (bars.X ?? []).Where(double.IsFinite).Order().ToList();
        return x.Count < 2
            ? 0.5
            : x.Zip(x.Skip(1), (left, right) => right - left).Where(gap => gap > 0).DefaultIfEmpty(1).Min() / 2;
    }

    private static (double From, double To)? Around(List<double> values)
    {
        values.RemoveAll(value => !double.IsFinite(value));
        if (values.Count == 0)
        {
            return null;
        }

        var (from, to) = (values.Min(), values.Max());
        var margin = to > from ? Margin * (to - from) : System.Math.Max(1e-9, 0.05 * System.Math.Abs(to));
        return (from - margin, to + margin);
    }
}
