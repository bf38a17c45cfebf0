namespace Vi.App.Data;

/// <summary>Moments of a column's observed entries.</summary>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="Sd">Standard deviation with divisor n - 1; 0 for one row.</param>
/// <param name="Minimum">Least value.</param>
/// <param name="Maximum">Greatest value.</param>
/// <param name="Missing">Entries that are missing.</param>
internal sealed record ColumnMoments(double Mean, double Sd, double Minimum, double Maximum, long Missing = 0)
{
    public bool IsConstant => Minimum == Maximum;

    /// <summary>
    /// Moments of at least one value, in two passes so that a large common offset loses nothing; not a number where one is missing.
    /// </summary>
    public static ColumnMoments Of(ReadOnlySpan<double> values)
    {
        var missing = 0;
        foreach (var value in values)
        {
            missing += double.IsNaN(value) ? 1 : 0;
        }

        if (missing == 0)
        {
            return OfObserved(values);
        }

        var observed = new double[values.Length - missing];
        var at = 0;
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                observed[at++] = value;
            }
        }

        return OfObserved(observed) with
        {
            Missing = missing,
        };
    }

    private static ColumnMoments OfObserved(ReadOnlySpan<double> values)
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
