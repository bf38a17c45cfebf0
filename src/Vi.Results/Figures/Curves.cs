namespace Vi.Results;

/// <summary>Grids and curves for figures.</summary>
public static class Curves
{
    /// <summary>Evenly spaced numbers, ends included.</summary>
    public static double[] Grid(double from, double to, int count = 201) =>
        [.. Enumerable.Range(0, count).Select(i => from + ((to - from) * i / (count - 1)))];

    /// <summary>Evenly spaced on a logarithmic scale, ends included; both positive.</summary>
    public static double[] LogGrid(double from, double to, int count = 201) =>
        [.. Grid(System.Math.Log(from), System.Math.Log(to), count).Select(System.Math.Exp)];

    /// <summary>A function drawn over a grid.</summary>
    public static Series Line(
        string name,
        IReadOnlyCollection<double> grid,
        Func<double, double> f,
        int color,
        string style = "line"
    ) => Through(name, grid, grid.Select(f), color, style);

    /// <summary>A line or points through given places.</summary>
    public static Series Through(
        string name,
        IEnumerable<double> x,
        IEnumerable<double> y,
        int color,
        string style = "line"
    ) =>
        new()
        {
            Name = name,
            Style = style,
            X = [.. x],
            Y = [.. y],
            Color = color,
        };

    /// <summary>Points at some rows of a table.</summary>
    public static Series Cloud(
        string name,
        IReadOnlyCollection<int> rows,
        Func<int, double> x,
        Func<int, double> y,
        int color
    ) => Through(name, rows.Select(x), rows.Select(y), color, "points");

    /// <summary>The band between two curves.</summary>
    public static Series Band(
        string name,
        IEnumerable<double> x,
        IEnumerable<double> lower,
        IEnumerable<double> upper,
        int color = 0
    ) =>
        new()
        {
            Name = name,
            Style = "band",
            X = [.. x],
            Lower = [.. lower],
            Upper = [.. upper],
            Color = color,
        };

    /// <summary>A histogram as a density: bars whose areas add up to 1. The number of bins follows Freedman and Diaconis (1981).</summary>
    public static Series Histogram(string name, IReadOnlyList<double> values, int color = -1)
    {
        var sorted = values.Order().ToArray();
        var (low, high) = (sorted[0], sorted[^1]);
        var spread = sorted[(int)(0.75 * (sorted.Length - 1))] - sorted[(int)(0.25 * (sorted.Length - 1))];
        var width = 2 * spread / System.Math.Cbrt(sorted.Length);
        var bins = width > 0 ? (int)System.Math.Clamp(System.Math.Ceiling((high - low) / width), 1, 80) : 1;
        width = high > low ? (high - low) / bins : 1;
        var heights = new double[bins];
        foreach (var value in sorted)
        {
            heights[System.Math.Min(bins - 1, (int)((value - low) / width))] += 1 / (sorted.Length * width);
        }

        return new Series
        {
            Name = name,
            Style = "bars",
            X = [.. Enumerable.Range(0, bins).Select(b => low + (width * (b + 0.5)))],
            Y = heights,
            Color = color,
        };
    }

    /// <summary>
    /// An ellipse that holds all points within so many standard deviations: centre + radius L (cos t, sin t) with L L' the covariance.
    /// </summary>
    public static (double[] X, double[] Y) Ellipse(
        (double X, double Y) centre,
        double varianceX,
        double covariance,
        double varianceY,
        double radius
    )
    {
        var l11 = System.Math.Sqrt(varianceX);
        var l21 = covariance / l11;
        var l22 = System.Math.Sqrt(System.Math.Max(0, varianceY - (l21 * l21)));
        var angles = Grid(0, 2 * System.Math.PI, 73);
        return (
            [.. angles.Select(t => centre.X + (radius * l11 * System.Math.Cos(t)))],
            [.. angles.Select(t => centre.Y + (radius * ((l21 * System.Math.Cos(t)) + (l22 * System.Math.Sin(t)))))]
        );
    }

    /// <summary>At most so many indices of rows, evenly spread, for figures of large tables.</summary>
    public static int[] Sample(int count, int most = 3000) =>
        count <= most
            ? [.. Enumerable.Range(0, count)]
            : [.. Enumerable.Range(0, most).Select(i => (int)((long)i * count / most))];
}
