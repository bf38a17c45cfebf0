using Vi.Kernels;

namespace Vi.App.Data;

/// <summary>Moments of all columns of some consecutive rows, which can be combined (Chan, Golub and LeVeque 1983).</summary>
internal sealed class PartMoments
{
    private readonly double[] mean;
    private readonly double[] squares;
    private readonly double[] minimum;
    private readonly double[] maximum;
    private readonly long[] observed;
    private long count;

    private PartMoments(int columns)
    {
        mean = new double[columns];
        squares = new double[columns];
        minimum = new double[columns];
        maximum = new double[columns];
        observed = new long[columns];
    }

    /// <summary>The first number that is not allowed, by its row from 0 and its column; null where there is none.</summary>
    public (long Row, int Column, double Value)? Bad { get; private set; }

    /// <summary>The first column without any number; null where there is none.</summary>
    public int? Empty => Array.IndexOf(observed, 0L) is >= 0 and var column ? column : null;

    /// <summary>Of rows of D columns, the first of them with the given number; NaN stands for a missing entry where gaps are allowed.</summary>
    public static PartMoments Of(ReadOnlySpan<double> rows, int columns, long firstRow, bool gaps)
    {
        var part = new PartMoments(columns) { count = rows.Length / columns };
        Array.Fill(part.observed, part.count);
        var bad = ColumnSummaryKernel.Run(rows, columns, part.mean, part.squares, part.minimum, part.maximum);
        if (bad >= 0 && gaps)
        {
            bad = part.WithGaps(rows);
        }

        if (bad >= 0)
        {
            part.Bad = (firstRow + (bad / columns), bad % columns, rows[bad]);
        }

        return part;
    }

    /// <summary>Of the rows of both, the earlier ones first.</summary>
    public static PartMoments Combine(PartMoments a, PartMoments b)
    {
        if ((a.Bad ?? b.Bad) is { } bad)
        {
            return new PartMoments(0) { Bad = bad };
        }

        var both = new PartMoments(a.mean.Length) { count = a.count + b.count };
        for (var j = 0; j < both.mean.Length; j++)
        {
            var total = a.observed[j] + b.observed[j];
            var shift = b.mean[j] - a.mean[j];
            both.observed[j] = total;
            both.mean[j] = total == 0 ? 0 : a.mean[j] + (shift * b.observed[j] / total);
            both.squares[j] =
                total == 0 ? 0 : a.squares[j] + b.squares[j] + (shift * shift * a.observed[j] / total * b.observed[j]);
            both.minimum[j] = System.Math.Min(a.minimum[j], b.minimum[j]);
            both.maximum[j] = System.Math.Max(a.maximum[j], b.maximum[j]);
        }

        return both;
    }

    public List<ColumnMoments> Columns() =>
        [
            .. mean.Select(
                (m, j) =>
                    new ColumnMoments(
                        m,
                        observed[j] > 1 ? System.Math.Sqrt(squares[j] / (observed[j] - 1)) : 0,
                        minimum[j],
                        maximum[j],
                        count - observed[j]
                    )
            ),
        ];

    /// <summary>Moments of what was observed; answers with the place of the first number that is neither finite nor missing, or -1.</summary>
    private int WithGaps(ReadOnlySpan<double> rows)
    {
        var columns = mean.Length;
        for (var i = 0; i < rows.Length; i++)
        {
            if (!double.IsFinite(rows[i]) && !double.IsNaN(rows[i]))
            {
                return i;
            }
        }

        for (var j = 0; j < columns; j++)
        {
            var (first, offset, number) = (double.NaN, 0.0, 0);
            (minimum[j], maximum[j]) = (double.PositiveInfinity, double.NegativeInfinity);
            for (var i = j; i < rows.Length; i += columns)
            {
                if (!double.IsNaN(rows[i]))
                {
                    first = number++ == 0 ? rows[i] : first;
                    offset += rows[i] - first;
                    minimum[j] = System.Math.Min(minimum[j], rows[i]);
                    maximum[j] = System.Math.Max(maximum[j], rows[i]);
                }
            }

            observed[j] = number;
            mean[j] = number == 0 ? 0 : first + (offset / number);
            squares[j] = 0;
            for (var i = j; i < rows.Length; i += columns)
            {
                squares[j] += double.IsNaN(rows[i]) ? 0 : (rows[i] - mean[j]) * (rows[i] - mean[j]);
            }
        }

        return -1;
    }
}
