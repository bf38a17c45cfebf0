using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>First and second moments of rows about a reference point, weighted or not.</summary>
public static class MomentsKernel
{
    private const int Lanes = Tile.Lanes;
    private const int Stride = Tile.Stride;

    /// <summary>
    /// Moments of a block with at least one row about a reference c that is chosen here, the mean of the first tile's rows: x - c to
    /// the sums and (x - c)(x - c)' to the lower triangle of the scatter. One pass is enough: where the tile is a share p of the rows,
    /// the mean lies within sqrt((1 - p) / p) standard deviations of c whatever the data, so moving the scatter to the mean costs at
    /// most a factor 1 / p in rounding, 32 in a block of 4096 rows.
    /// </summary>
    /// <param name="block">The rows.</param>
    /// <param name="reference">Receives c, D numbers.</param>
    /// <param name="sums">D numbers, added to.</param>
    /// <param name="scatter">D x D numbers; the lower triangle is added to.</param>
    public static void Add(Block block, Span<double> reference, Span<double> sums, Span<double> scatter)
    {
        var columns = block.Columns;
        var buffer = ArrayPool<double>.Shared.Rent(columns * Stride);
        try
        {
            var tile = buffer.AsSpan(0, columns * Stride);
            for (var first = 0; first < block.Rows; first += Block.TileRows)
            {
                var rows = Math.Min(Block.TileRows, block.Rows - first);
                var values = block.Values.Slice(first * columns, rows * columns);
                if (first == 0)
                {
                    reference.Clear();
                    Tile.Load(values, columns, reference, tile);
                    for (var j = 0; j < columns; j++)
                    {
                        reference[j] = SumOf(tile.Slice(j * Stride, Tile.Padded(rows))) / rows;
                    }
                }

                Tile.Load(values, columns, reference, tile);
                for (var j = 0; j < columns; j++)
                {
                    sums[j] += SumOf(tile.Slice(j * Stride, Tile.Padded(rows)));
                }

                AddProducts(tile, tile, Tile.Padded(rows), scatter, columns);
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(buffer);
        }
    }

    /// <summary>target = a + b + s v v', all n x n but for the n numbers of v; symmetric to the last bit where a and b are.</summary>
    public static void Combine(
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> b,
        double s,
        ReadOnlySpan<double> v,
        Span<double> target
    )
    {
        for (var i = 0; i < v.Length; i++)
        {
            var row = target.Slice(i * v.Length, v.Length);
            for (var j = 0; j < v.Length; j++)
            {
                row[j] = a[(i * v.Length) + j] + b[(i * v.Length) + j];
            }

            for (var j = 0; j < v.Length; j++)
            {
                row[j] += s * (v[i] * v[j]);
            }
        }
    }

    /// <summary>
    /// Adds weighted moments of a tile of deviations d: w d to the sums, w d d' to the lower triangle of the scatter. Gives the sum of
    /// the weights.
    /// </summary>
    /// <param name="deviations">A tile of D columns.</param>
    /// <param name="weights">One weight a row, 0 for rows of the filling; a multiple of <see cref="Tile.RowStep"/> of them.</param>
    /// <param name="weighted">A tile of working memory.</param>
    /// <param name="sums">D numbers, added to.</param>
    /// <param name="scatter">D x D numbers; the lower triangle is added to.</param>
    internal static double AddWeighted(
        ReadOnlySpan<double> deviations,
        ReadOnlySpan<double> weights,
        Span<double> weighted,
        Span<double> sums,
        Span<double> scatter
    )
    {
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var d = ref MemoryMarshal.GetReference(deviations);
        ref var wd = ref MemoryMarshal.GetReference(weighted);
        for (var j = 0; j < sums.Length; j++)
        {
            var sum = Vector512<double>.Zero;
            for (var n = 0; n < weights.Length; n += Lanes)
            {
                var at = (nuint)((j * Stride) + n);
                var product = Vector512.LoadUnsafe(ref d, at) * Vector512.LoadUnsafe(ref w, (nuint)n);
                product.StoreUnsafe(ref wd, at);
                sum += product;
            }

            sums[j] += LinearAlgebra.SumLanes(sum);
        }

        AddProducts(deviations, weighted, weights.Length, scatter, sums.Length);
        return SumOf(weights);
    }

    /// <summary>Sum of numbers, a multiple of eight of them.</summary>
    internal static double SumOf(ReadOnlySpan<double> values)
    {
        ref var v = ref MemoryMarshal.GetReference(values);
        var sum = Vector512<double>.Zero;
        for (var n = 0; n < values.Length; n += Lanes)
        {
            sum += Vector512.LoadUnsafe(ref v, (nuint)n);
        }

        return LinearAlgebra.SumLanes(sum);
    }

    /// <summary>Lower triangle of scatter += weighted deviations', in blocks of four by four held in registers.</summary>
    internal static void AddProducts(
        ReadOnlySpan<double> deviations,
        ReadOnlySpan<double> weighted,
        int rows,
        Span<double> scatter,
        int dimension
    )
    {
        var i = 0;
        for (; i + 4 <= dimension; i += 4)
        {
            for (var j = 0; j <= i; j += 4)
            {
                AddFourByFour(
                    ref MemoryMarshal.GetReference(weighted[(i * Stride)..]),
                    ref MemoryMarshal.GetReference(deviations[(j * Stride)..]),
                    rows,
                    ref MemoryMarshal.GetReference(scatter[((i * dimension) + j)..]),
                    dimension,
                    i == j
                );
            }
        }

        for (; i < dimension; i++)
        {
            var j = 0;
            for (; j + 4 <= i + 1; j += 4)
            {
                AddOneByFour(
                    ref MemoryMarshal.GetReference(weighted[(i * Stride)..]),
                    ref MemoryMarshal.GetReference(deviations[(j * Stride)..]),
                    rows,
                    ref MemoryMarshal.GetReference(scatter[((i * dimension) + j)..])
                );
            }

            for (; j <= i; j++)
            {
                scatter[(i * dimension) + j] += LinearAlgebra.Dot(
                    weighted.Slice(i * Stride, rows),
                    deviations.Slice(j * Stride, rows)
                );
            }
        }
    }

    private static void AddOneByFour(ref double left, ref double right, int rows, ref double target)
    {
        Vector512<double> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default;
        for (var n = 0; n < rows; n += Lanes)
        {
            var a = Vector512.LoadUnsafe(ref left, (nuint)n);
            s0 = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref right, (nuint)n), s0);
            s1 = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref right, (nuint)(n + Stride)), s1);
            s2 = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref right, (nuint)(n + (2 * Stride))), s2);
            s3 = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref right, (nuint)(n + (3 * Stride))), s3);
        }

        AddRow(ref target, s0, s1, s2, s3, 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFourByFour(
        ref double left,
        ref double right,
        int rows,
        ref double target,
        int dimension,
        bool diagonal
    )
    {
        Vector512<double> s00 = default,
            s01 = default,
            s02 = default,
            s03 = default;
        Vector512<double> s10 = default,
            s11 = default,
            s12 = default,
            s13 = default;
        Vector512<double> s20 = default,
            s21 = default,
            s22 = default,
            s23 = default;
        Vector512<double> s30 = default,
            s31 = default,
            s32 = default,
            s33 = default;
        for (var n = 0; n < rows; n += Lanes)
        {
            var b0 = Vector512.LoadUnsafe(ref right, (nuint)n);
            var b1 = Vector512.LoadUnsafe(ref right, (nuint)(n + Stride));
            var b2 = Vector512.LoadUnsafe(ref right, (nuint)(n + (2 * Stride)));
            var b3 = Vector512.LoadUnsafe(ref right, (nuint)(n + (3 * Stride)));
            var a = Vector512.LoadUnsafe(ref left, (nuint)n);
            s00 = Vector512.FusedMultiplyAdd(a, b0, s00);
            s01 = Vector512.FusedMultiplyAdd(a, b1, s01);
            s02 = Vector512.FusedMultiplyAdd(a, b2, s02);
            s03 = Vector512.FusedMultiplyAdd(a, b3, s03);
            a = Vector512.LoadUnsafe(ref left, (nuint)(n + Stride));
            s10 = Vector512.FusedMultiplyAdd(a, b0, s10);
            s11 = Vector512.FusedMultiplyAdd(a, b1, s11);
            s12 = Vector512.FusedMultiplyAdd(a, b2, s12);
            s13 = Vector512.FusedMultiplyAdd(a, b3, s13);
            a = Vector512.LoadUnsafe(ref left, (nuint)(n + (2 * Stride)));
            s20 = Vector512.FusedMultiplyAdd(a, b0, s20);
            s21 = Vector512.FusedMultiplyAdd(a, b1, s21);
            s22 = Vector512.FusedMultiplyAdd(a, b2, s22);
            s23 = Vector512.FusedMultiplyAdd(a, b3, s23);
            a = Vector512.LoadUnsafe(ref left, (nuint)(n + (3 * Stride)));
            s30 = Vector512.FusedMultiplyAdd(a, b0, s30);
            s31 = Vector512.FusedMultiplyAdd(a, b1, s31);
            s32 = Vector512.FusedMultiplyAdd(a, b2, s32);
            s33 = Vector512.FusedMultiplyAdd(a, b3, s33);
        }

        AddRow(ref target, s00, s01, s02, s03, diagonal ? 1 : 4);
        AddRow(ref Unsafe.Add(ref target, dimension), s10, s11, s12, s13, diagonal ? 2 : 4);
        AddRow(ref Unsafe.Add(ref target, 2 * dimension), s20, s21, s22, s23, diagonal ? 3 : 4);
        AddRow(ref Unsafe.Add(ref target, 3 * dimension), s30, s31, s32, s33, 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(
        ref double target,
        Vector512<double> s0,
        Vector512<double> s1,
        Vector512<double> s2,
        Vector512<double> s3,
        int count
    )
    {
        target += LinearAlgebra.SumLanes(s0);
        if (count > 1)
        {
            Unsafe.Add(ref target, 1) += LinearAlgebra.SumLanes(s1);
        }

        if (count > 2)
        {
            Unsafe.Add(ref target, 2) += LinearAlgebra.SumLanes(s2);
        }

        if (count > 3)
        {
            Unsafe.Add(ref target, 3) += LinearAlgebra.SumLanes(s3);
        }
    }
}
