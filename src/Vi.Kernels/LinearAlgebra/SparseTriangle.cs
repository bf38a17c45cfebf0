using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// Where a sparse lower triangle T has numbers: column j holds rows Rows[Starts[j] .. Starts[j + 1]), ascending, its diagonal first. The
/// pattern is closed under elimination, so that (T T')^-1 can be had at the pattern's places alone.
/// </summary>
/// <param name="Starts">D + 1 numbers.</param>
/// <param name="Rows">Row of each place.</param>
/// <param name="Pairs">
/// For column after column and each pair a &gt;= b of its rows below the diagonal, in the order (1,1), (2,1), (2,2), ...: the place that
/// holds the pair of rows.
/// </param>
public sealed record SparseShape(int[] Starts, int[] Rows, int[] Pairs)
{
    /// <summary>Number D of columns.</summary>
    public int Dimension => Starts.Length - 1;
}

/// <summary>
/// Loops over a sparse lower triangle for eight right-hand sides at a time: a tile holds eight numbers for each of D places.
/// </summary>
public static class SparseTriangle
{
    /// <summary>Right-hand sides of a tile.</summary>
    public const int Lanes = 8;

    /// <summary>Takes up to eight rows (count x D) into a tile, coordinate order[k] to place k; lanes without a row are zero.</summary>
    public static void Pack(ReadOnlySpan<double> rows, ReadOnlySpan<int> order, Span<double> tile)
    {
        var d = order.Length;
        var count = d == 0 ? 0 : rows.Length / d;
        ref var to = ref MemoryMarshal.GetReference(tile);
        if (count == Lanes)
        {
            ref var from = ref MemoryMarshal.GetReference(rows);
            for (var k = 0; k < d; k++)
            {
                ref var x = ref Unsafe.Add(ref from, order[k]);
                Vector512
                    .Create(
                        Unsafe.Add(ref x, 0),
                        Unsafe.Add(ref x, d),
                        Unsafe.Add(ref x, 2 * d),
                        Unsafe.Add(ref x, 3 * d),
                        Unsafe.Add(ref x, 4 * d),
                        Unsafe.Add(ref x, 5 * d),
                        Unsafe.Add(ref x, 6 * d),
                        Unsafe.Add(ref x, 7 * d)
                    )
                    .StoreUnsafe(ref to, (nuint)(k * Lanes));
            }

            return;
        }

        tile.Clear();
        for (var lane = 0; lane < count; lane++)
        {
            for (var k = 0; k < d; k++)
            {
                tile[(k * Lanes) + lane] = rows[(lane * d) + order[k]];
            }
        }
    }

    /// <summary>Gives the first rows of a tile back (count x D).</summary>
    public static void Unpack(ReadOnlySpan<double> tile, ReadOnlySpan<int> order, Span<double> rows)
    {
        var d = order.Length;
        var count = d == 0 ? 0 : rows.Length / d;
        for (var lane = 0; lane < count; lane++)
        {
            ref var to = ref MemoryMarshal.GetReference(rows.Slice(lane * d, d));
            for (var k = 0; k < d; k++)
            {
                Unsafe.Add(ref to, order[k]) = tile[(k * Lanes) + lane];
            }
        }
    }

    /// <summary>Solves T' x = z in place.</summary>
    public static void SolveTransposed(SparseShape shape, ReadOnlySpan<double> values, Span<double> tile)
    {
        var (starts, rows) = (shape.Starts, shape.Rows);
        ref var x = ref MemoryMarshal.GetReference(tile);
        for (var j = shape.Dimension - 1; j >= 0; j--)
        {
            var sum = Vector512.LoadUnsafe(ref x, (nuint)(j * Lanes));
            for (var p = starts[j] + 1; p < starts[j + 1]; p++)
            {
                sum = Vector512.FusedMultiplyAdd(
                    Vector512.Create(-values[p]),
                    Vector512.LoadUnsafe(ref x, (nuint)(rows[p] * Lanes)),
                    sum
                );
            }

            (sum * Vector512.Create(1 / values[starts[j]])).StoreUnsafe(ref x, (nuint)(j * Lanes));
        }
    }

    /// <summary>Solves T y = b in place.</summary>
    public static void Solve(SparseShape shape, ReadOnlySpan<double> values, Span<double> tile)
    {
        var (starts, rows) = (shape.Starts, shape.Rows);
        ref var x = ref MemoryMarshal.GetReference(tile);
        for (var j = 0; j < shape.Dimension; j++)
        {
            var y = Vector512.LoadUnsafe(ref x, (nuint)(j * Lanes)) * Vector512.Create(1 / values[starts[j]]);
            y.StoreUnsafe(ref x, (nuint)(j * Lanes));
            for (var p = starts[j] + 1; p < starts[j + 1]; p++)
            {
                var at = (nuint)(rows[p] * Lanes);
                Vector512
                    .FusedMultiplyAdd(Vector512.Create(-values[p]), y, Vector512.LoadUnsafe(ref x, at))
                    .StoreUnsafe(ref x, at);
            }
        }
    }

    /// <summary>y = T z.</summary>
    public static void Multiply(SparseShape shape, ReadOnlySpan<double> values, ReadOnlySpan<double> z, Span<double> y)
    {
        var (starts, rows) = (shape.Starts, shape.Rows);
        y.Clear();
        ref var from = ref MemoryMarshal.GetReference(z);
        ref var to = ref MemoryMarshal.GetReference(y);
        for (var j = 0; j < shape.Dimension; j++)
        {
            var x = Vector512.LoadUnsafe(ref from, (nuint)(j * Lanes));
            for (var p = starts[j]; p < starts[j + 1]; p++)
            {
                var at = (nuint)(rows[p] * Lanes);
                Vector512
                    .FusedMultiplyAdd(Vector512.Create(values[p]), x, Vector512.LoadUnsafe(ref to, at))
                    .StoreUnsafe(ref to, at);
            }
        }
    }

    /// <summary>y = T' x.</summary>
    public static void MultiplyTransposed(
        SparseShape shape,
        ReadOnlySpan<double> values,
        ReadOnlySpan<double> x,
        Span<double> y
    )
    {
        var (starts, rows) = (shape.Starts, shape.Rows);
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        for (var j = 0; j < shape.Dimension; j++)
        {
            var sum = Vector512<double>.Zero;
            for (var p = starts[j]; p < starts[j + 1]; p++)
            {
                sum = Vector512.FusedMultiplyAdd(
                    Vector512.Create(values[p]),
                    Vector512.LoadUnsafe(ref from, (nuint)(rows[p] * Lanes)),
                    sum
                );
            }

            sum.StoreUnsafe(ref to, (nuint)(j * Lanes));
        }
    }

    /// <summary>Adds s sum over lanes of a_i b_j to the place of each (i, j) of the pattern.</summary>
    public static void AddOuter(
        SparseShape shape,
        double s,
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> b,
        Span<double> target
    )
    {
        var (starts, rows) = (shape.Starts, shape.Rows);
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        for (var j = 0; j < shape.Dimension; j++)
        {
            var right = Vector512.LoadUnsafe(ref y, (nuint)(j * Lanes)) * Vector512.Create(s);
            for (var p = starts[j]; p < starts[j + 1]; p++)
            {
                target[p] += LinearAlgebra.SumLanes(right * Vector512.LoadUnsafe(ref x, (nuint)(rows[p] * Lanes)));
            }
        }
    }

    /// <summary>
    /// (T T')^-1 at the places of the pattern (Takahashi, Fagan and Chen 1973): with S the inverse, S_ij = -sum_k S_ik T_kj / T_jj over
    /// the rows k &gt; j of column j, and S_jj = 1 / T_jj^2 - sum_k S_kj T_kj / T_jj.
    /// </summary>
    public static void SelectedInverse(SparseShape shape, ReadOnlySpan<double> values, Span<double> inverse)
    {
        var starts = shape.Starts;
        var pairs = shape.Pairs.AsSpan();
        var end = pairs.Length;
        for (var j = shape.Dimension - 1; j >= 0; j--)
        {
            var first = starts[j] + 1;
            var count = starts[j + 1] - first;
            end -= count * (count + 1) / 2;
            var own = pairs[end..];
            var reciprocal = 1 / values[starts[j]];
            var diagonal = reciprocal * reciprocal;
            for (var a = 0; a < count; a++)
            {
                var sum = 0.0;
                for (var k = 0; k < count; k++)
                {
                    var pair = k <= a ? (a * (a + 1) / 2) + k : (k * (k + 1) / 2) + a;
                    sum = Math.FusedMultiplyAdd(inverse[own[pair]], values[first + k], sum);
                }

                inverse[first + a] = -sum * reciprocal;
                diagonal = Math.FusedMultiplyAdd(-inverse[first + a] * reciprocal, values[first + a], diagonal);
            }

            inverse[starts[j]] = diagonal;
        }
    }

    /// <summary>
    /// Column after column the inverse of its Fisher information S_PP + e e' / T_jj^2, P the column's rows with the diagonal's first: as
    /// many numbers as the sum of squares of the columns' lengths, row by row.
    /// </summary>
    public static void InverseInformation(
        SparseShape shape,
        ReadOnlySpan<double> values,
        ReadOnlySpan<double> inverse,
        Span<double> blocks,
        Span<double> buffer
    )
    {
        var starts = shape.Starts;
        var (at, pair) = (0, 0);
        for (var j = 0; j < shape.Dimension; j++)
        {
            var start = starts[j];
            var n = starts[j + 1] - start;
            var factor = buffer[..(n * n)];
            var triangle = buffer.Slice(n * n, n * n);
            for (var a = 0; a < n; a++)
            {
                factor[a * n] = inverse[start + a];
                for (var b = 1; b <= a; b++)
                {
                    factor[(a * n) + b] = inverse[shape.Pairs[pair++]];
                }
            }

            factor[0] += 1 / (values[start] * values[start]);
            if (LinearAlgebra.Cholesky(factor, n) >= 0)
            {
                Diagonal(shape, inverse, values[start], start, pair, blocks.Slice(at, n * n));
                at += n * n;
                continue;
            }

            LinearAlgebra.InvertLower(factor, triangle, n);
            var block = blocks.Slice(at, n * n);
            block.Clear();
            for (var k = 0; k < n; k++)
            {
                for (var a = 0; a <= k; a++)
                {
                    LinearAlgebra.AddScaled(
                        triangle[(k * n) + a],
                        triangle.Slice(k * n, k + 1),
                        block.Slice(a * n, k + 1)
                    );
                }
            }

            at += n * n;
        }
    }

    /// <summary>What a block becomes where rounding has made the information indefinite: the diagonal's inverse.</summary>
    private static void Diagonal(
        SparseShape shape,
        ReadOnlySpan<double> inverse,
        double pivot,
        int start,
        int pairsEnd,
        Span<double> block
    )
    {
        var n = (int)Math.Sqrt(block.Length);
        block.Clear();
        block[0] = 1 / (inverse[start] + (1 / (pivot * pivot)));
        for (var a = n - 1; a >= 1; a--)
        {
            block[(a * n) + a] = 1 / inverse[shape.Pairs[pairsEnd - 1]];
            pairsEnd -= a;
        }
    }

    /// <summary>Each column's block times its part of a vector over the pattern's places.</summary>
    public static void MultiplyBlocks(
        SparseShape shape,
        ReadOnlySpan<double> blocks,
        ReadOnlySpan<double> x,
        Span<double> y
    )
    {
        var starts = shape.Starts;
        var at = 0;
        for (var j = 0; j < shape.Dimension; j++)
        {
            var start = starts[j];
            var n = starts[j + 1] - start;
            for (var a = 0; a < n; a++)
            {
                var sum = 0.0;
                for (var b = 0; b < n; b++)
                {
                    sum = Math.FusedMultiplyAdd(blocks[at + b], x[start + b], sum);
                }

                y[start + a] = sum;
                at += n;
            }
        }
    }
}
