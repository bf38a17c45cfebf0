using System.Buffers;
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

                ScatterKernel.Add(tile, tile, Tile.Padded(rows), scatter, columns);
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

        ScatterKernel.Add(deviations, weighted, weights.Length, scatter, sums.Length);
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
}
