namespace Vi.App.Data;

/// <summary>Moments of a column.</summary>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="Sd">Standard deviation with divisor n - 1; 0 for one row.</param>
/// <param name="Minimum">Least value.</param>
/// <param name="Maximum">Greatest value.</param>
public sealed record ColumnMoments(double Mean, double Sd, double Minimum, double Maximum)
{
    /// <summary>True if all values are equal.</summary>
    public bool IsConstant => Minimum == Maximum;

    /// <summary>Moments of at least one value, in two passes so that a large common offset loses nothing.</summary>
    public static ColumnMoments Of(ReadOnlySpan<double> values)
    {
        var (minimum, maximum, offset) = (values[0], values[0], 0.0);
        foreach (var value in values)
        {
            minimum = System.Math.Min(minimum, value);
            maximum = System.Math.Max(maximum, value);
            offset += value - values[0];
        }

        var mean = values[0] + offset / values.Length;
        var squares = 0.0;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return new ColumnMoments(
            mean,
            values.Length > 1 ? System.Math.Sqrt(squares / (values.Length - 1)) : 0,
            minimum,
            maximum
        );
    }
}
