using Vi.Kernels;

namespace Vi.App.Data;

/// <summary>Moments of all columns of some consecutive rows, which can be combined (Chan, Golub and LeVeque 1983).</summary>
internal sealed class PartMoments
{
    private readonly double[] mean;
    private readonly double[] squares;
    private readonly double[] minimum;
    private readonly double[] maximum;
    private long count;

    private PartMoments(int columns)
    {
        mean = new double[columns];
        squares = new double[columns];
        minimum = new double[columns];
        maximum = new double[columns];
    }

    /// <summary>The first number that is not finite, by its row from 0 and its column; null where there is none.</summary>
    public (long Row, int Column, double Value)? Bad { get; private set; }

    /// <summary>Of rows of D columns, the first of them with the given number.</summary>
    public static PartMoments Of(ReadOnlySpan<double> rows, int columns, long firstRow)
    {
        var part = new PartMoments(columns) { count = rows.Length / columns };
        var bad = ColumnSummaryKernel.Run(rows, columns, part.mean, part.squares, part.minimum, part.maximum);
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
            var shift = b.mean[j] - a.mean[j];
            both.mean[j] = a.mean[j] + (shift * b.count / both.count);
            both.squares[j] = a.squares[j] + b.squares[j] + (shift * shift * a.count / both.count * b.count);
            both.minimum[j] = System.Math.Min(a.minimum[j], b.minimum[j]);
            both.maximum[j] = System.Math.Max(a.maximum[j], b.maximum[j]);
        }

        return both;
    }

    /// <summary>The moments of each column.</summary>
    public List<ColumnMoments> Columns() =>
        [
            .. mean.Select(
                (m, j) =>
                    new ColumnMoments(
                        m,
                        count > 1 ? System.Math.Sqrt(squares[j] / (count - 1)) : 0,
                        minimum[j],
                        maximum[j]
                    )
            ),
        ];
}
