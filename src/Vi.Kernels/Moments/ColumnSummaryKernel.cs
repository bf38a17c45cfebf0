using System.Numerics;

namespace Vi.Kernels;

/// <summary>
/// Mean, sum of squares about it, least and greatest number of every column of some rows. Vectors lie across columns, so each column is
/// summed in the order of its rows and the bits are the same for vectors of any width.
/// </summary>
public static class ColumnSummaryKernel
{
    /// <summary>
    /// Sums up N rows of D columns, given row by row, in two passes about the first row and the mean, so that a large common offset loses
    /// nothing. Answers with the index of the first number that is not finite, or -1; then the sums have no meaning.
    /// </summary>
    /// <param name="rows">N x D numbers, N at least 1.</param>
    /// <param name="columns">D.</param>
    /// <param name="mean">Means (D).</param>
    /// <param name="squares">Sums of squared differences from the mean (D).</param>
    /// <param name="minimum">Least numbers (D).</param>
    /// <param name="maximum">Greatest numbers (D).</param>
    public static int Run(
        ReadOnlySpan<double> rows,
        int columns,
        Span<double> mean,
        Span<double> squares,
        Span<double> minimum,
        Span<double> maximum
    )
    {
        var first = rows[..columns];
        mean.Clear();
        squares.Clear();
        first.CopyTo(minimum);
        first.CopyTo(maximum);
        for (var start = 0; start < rows.Length; start += columns)
        {
            AddFirst(rows.Slice(start, columns), first, mean, squares, minimum, maximum);
        }

        var count = rows.Length / columns;
        for (var j = 0; j < columns; j++)
        {
            // The first pass has added 0 x for every x, which is not a number where x is not finite.
            if (double.IsNaN(squares[j]))
            {
                return FirstBad(rows);
            }

            mean[j] = first[j] + (mean[j] / count);
            squares[j] = 0;
        }

        for (var start = 0; start < rows.Length; start += columns)
        {
            AddSquares(rows.Slice(start, columns), mean, squares);
        }

        return -1;
    }

    /// <summary>
    /// The same of the numbers that were observed: a missing entry is not a number. A column without any has mean 0, and its least and
    /// greatest number are infinite. Answers with the index of the first infinite number, or -1.
    /// </summary>
    /// <param name="rows">N x D numbers.</param>
    /// <param name="columns">D.</param>
    /// <param name="observed">Observed numbers (D).</param>
    /// <param name="mean">Means (D).</param>
    /// <param name="squares">Sums of squared differences from the mean (D).</param>
    /// <param name="minimum">Least numbers (D).</param>
    /// <param name="maximum">Greatest numbers (D).</param>
    public static int RunWithGaps(
        ReadOnlySpan<double> rows,
        int columns,
        Span<long> observed,
        Span<double> mean,
        Span<double> squares,
        Span<double> minimum,
        Span<double> maximum
    )
    {
        for (var i = 0; i < rows.Length; i++)
        {
            if (double.IsInfinity(rows[i]))
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
                    minimum[j] = Math.Min(minimum[j], rows[i]);
                    maximum[j] = Math.Max(maximum[j], rows[i]);
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

    private static void AddFirst(
        ReadOnlySpan<double> row,
        ReadOnlySpan<double> first,
        Span<double> sum,
        Span<double> poison,
        Span<double> minimum,
        Span<double> maximum
    )
    {
        var j = 0;
        for (; j <= row.Length - Vector<double>.Count; j += Vector<double>.Count)
        {
            var x = new Vector<double>(row[j..]);
            (new Vector<double>(sum[j..]) + (x - new Vector<double>(first[j..]))).CopyTo(sum[j..]);
            (new Vector<double>(poison[j..]) + (x * Vector<double>.Zero)).CopyTo(poison[j..]);
            Vector.Min(new Vector<double>(minimum[j..]), x).CopyTo(minimum[j..]);
            Vector.Max(new Vector<double>(maximum[j..]), x).CopyTo(maximum[j..]);
        }

        for (; j < row.Length; j++)
        {
            sum[j] += row[j] - first[j];
            poison[j] += row[j] * 0;
            minimum[j] = Math.Min(minimum[j], row[j]);
            maximum[j] = Math.Max(maximum[j], row[j]);
        }
    }

    private static void AddSquares(ReadOnlySpan<double> row, ReadOnlySpan<double> mean, Span<double> squares)
    {
        var j = 0;
        for (; j <= row.Length - Vector<double>.Count; j += Vector<double>.Count)
        {
            var shift = new Vector<double>(row[j..]) - new Vector<double>(mean[j..]);
            (new Vector<double>(squares[j..]) + (shift * shift)).CopyTo(squares[j..]);
        }

        for (; j < row.Length; j++)
        {
            var shift = row[j] - mean[j];
            squares[j] += shift * shift;
        }
    }

    private static int FirstBad(ReadOnlySpan<double> rows)
    {
        var at = 0;
        while (double.IsFinite(rows[at]))
        {
            at++;
        }

        return at;
    }
}
