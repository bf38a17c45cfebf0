using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>Weighted first and second moments of tiles about a reference point.</summary>
public static class MomentsKernel
{
    private const int Lanes = 8;

    /// <summary>
    /// Adds a tile's moments about a reference c: weights to the count, w (x - c) to the sums, w (x - c)(x - c)' to the lower triangle
    /// of the scatter.
    /// </summary>
    /// <param name="tile">D columns of <see cref="Block.TileRows"/> numbers.</param>
    /// <param name="weights">One weight a row of the tile, 0 for rows without data.</param>
    /// <param name="reference">The point c, D numbers.</param>
    /// <param name="scratch">2 D <see cref="Block.TileRows"/> numbers of working room.</param>
    /// <param name="sums">D numbers, added to.</param>
    /// <param name="scatter">D x D numbers; the lower triangle is added to.</param>
    /// <returns>The sum of the weights.</returns>
    public static double Add(
        ReadOnlySpan<double> tile,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> reference,
        Span<double> scratch,
        Span<double> sums,
        Span<double> scatter
    )
    {
        var dimension = reference.Length;
        const int rows = Block.TileRows;
        var deviations = scratch[..(dimension * rows)];
        var weighted = scratch.Slice(dimension * rows, dimension * rows);
        ref var w = ref MemoryMarshal.GetReference(weights);
        for (var j = 0; j < dimension; j++)
        {
            ref var x = ref MemoryMarshal.GetReference(tile.Slice(j * rows, rows));
            ref var d = ref MemoryMarshal.GetReference(deviations.Slice(j * rows, rows));
            ref var wd = ref MemoryMarshal.GetReference(weighted.Slice(j * rows, rows));
            var centre = Vector512.Create(reference[j]);
            var sum = Vector512<double>.Zero;
            for (var n = 0; n < rows; n += Lanes)
            {
                var deviation = Vector512.LoadUnsafe(ref x, (nuint)n) - centre;
                var product = deviation * Vector512.LoadUnsafe(ref w, (nuint)n);
                deviation.StoreUnsafe(ref d, (nuint)n);
                product.StoreUnsafe(ref wd, (nuint)n);
                sum += product;
            }

            sums[j] += LinearAlgebra.SumLanes(sum);
        }

        AddProducts(deviations, weighted, scatter, dimension);
        return SumOf(weights);
    }

    /// <summary>Sum of a tile's weights.</summary>
    internal static double SumOf(ReadOnlySpan<double> weights)
    {
        ref var w = ref MemoryMarshal.GetReference(weights);
        var sum = Vector512<double>.Zero;
        for (var n = 0; n < Block.TileRows; n += Lanes)
        {
            sum += Vector512.LoadUnsafe(ref w, (nuint)n);
        }

        return LinearAlgebra.SumLanes(sum);
    }

    /// <summary>Lower triangle of scatter += weighted deviations', in blocks of four by four held in registers.</summary>
    private static void AddProducts(
        ReadOnlySpan<double> deviations,
        ReadOnlySpan<double> weighted,
        Span<double> scatter,
        int dimension
    )
    {
        const int rows = Block.TileRows;
        var i = 0;
        for (; i + 4 <= dimension; i += 4)
        {
            for (var j = 0; j <= i; j += 4)
            {
                AddFourByFour(
                    ref MemoryMarshal.GetReference(weighted[(i * rows)..]),
                    ref MemoryMarshal.GetReference(deviations[(j * rows)..]),
                    ref MemoryMarshal.GetReference(scatter[((i * dimension) + j)..]),
                    dimension,
                    i == j
                );
            }
        }

        for (; i < dimension; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                scatter[(i * dimension) + j] += LinearAlgebra.Dot(
                    weighted.Slice(i * rows, rows),
                    deviations.Slice(j * rows, rows)
                );
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFourByFour(
        ref double left,
        ref double right,
        ref double target,
        int dimension,
        bool diagonal
    )
    {
        const int rows = Block.TileRows;
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
            var b1 = Vector512.LoadUnsafe(ref right, (nuint)(n + rows));
            var b2 = Vector512.LoadUnsafe(ref right, (nuint)(n + (2 * rows)));
            var b3 = Vector512.LoadUnsafe(ref right, (nuint)(n + (3 * rows)));
            var a = Vector512.LoadUnsafe(ref left, (nuint)n);
            s00 = Vector512.FusedMultiplyAdd(a, b0, s00);
            s01 = Vector512.FusedMultiplyAdd(a, b1, s01);
            s02 = Vector512.FusedMultiplyAdd(a, b2, s02);
            s03 = Vector512.FusedMultiplyAdd(a, b3, s03);
            a = Vector512.LoadUnsafe(ref left, (nuint)(n + rows));
            s10 = Vector512.FusedMultiplyAdd(a, b0, s10);
            s11 = Vector512.FusedMultiplyAdd(a, b1, s11);
            s12 = Vector512.FusedMultiplyAdd(a, b2, s12);
            s13 = Vector512.FusedMultiplyAdd(a, b3, s13);
            a = Vector512.LoadUnsafe(ref left, (nuint)(n + (2 * rows)));
            s20 = Vector512.FusedMultiplyAdd(a, b0, s20);
            s21 = Vector512.FusedMultiplyAdd(a, b1, s21);
            s22 = Vector512.FusedMultiplyAdd(a, b2, s22);
            s23 = Vector512.FusedMultiplyAdd(a, b3, s23);
            a = Vector512.LoadUnsafe(ref left, (nuint)(n + (3 * rows)));
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
