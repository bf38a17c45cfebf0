using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// Squared lengths and moments of the rows of a tile column by column: what a diagonal metric needs, one step for each number. Deviations are
/// taken before they are scaled, so that data far from the origin lose nothing.
/// </summary>
internal static class DiagonalKernel
{
    private const int Lanes = Tile.Lanes;
    private const int Stride = Tile.Stride;

    /// <summary>target = constant - sum_j (s_j (x_j - c_j))^2 / 2 for the first rows of a tile.</summary>
    /// <param name="tile">A tile of x.</param>
    /// <param name="centre">c, one number a column.</param>
    /// <param name="scales">s, one number a column.</param>
    /// <param name="constant">What the half squared length is taken from.</param>
    /// <param name="padded">Rows, a multiple of <see cref="Tile.RowStep"/>.</param>
    /// <param name="target">One number a row.</param>
    public static void LogDensities(
        ReadOnlySpan<double> tile,
        ReadOnlySpan<double> centre,
        ReadOnlySpan<double> scales,
        double constant,
        int padded,
        Span<double> target
    )
    {
        var half = Vector512.Create(-0.5);
        var from = Vector512.Create(constant);
        ref var x = ref MemoryMarshal.GetReference(tile);
        ref var to = ref MemoryMarshal.GetReference(target);
        var n = 0;
        // Four vectors at a time where there are so many: their sums do not wait for each other.
        for (; n + (2 * Tile.RowStep) <= padded; n += 2 * Tile.RowStep)
        {
            Vector512<double> s0 = default,
                s1 = default,
                s2 = default,
                s3 = default;
            ref var column = ref Unsafe.Add(ref x, n);
            for (var j = 0; j < centre.Length; j++)
            {
                var c = Vector512.Create(centre[j]);
                var s = Vector512.Create(scales[j]);
                var d0 = (Vector512.LoadUnsafe(ref column) - c) * s;
                var d1 = (Vector512.LoadUnsafe(ref column, Lanes) - c) * s;
                var d2 = (Vector512.LoadUnsafe(ref column, 2 * Lanes) - c) * s;
                var d3 = (Vector512.LoadUnsafe(ref column, 3 * Lanes) - c) * s;
                s0 = Vector512.FusedMultiplyAdd(d0, d0, s0);
                s1 = Vector512.FusedMultiplyAdd(d1, d1, s1);
                s2 = Vector512.FusedMultiplyAdd(d2, d2, s2);
                s3 = Vector512.FusedMultiplyAdd(d3, d3, s3);
                column = ref Unsafe.Add(ref column, Stride);
            }

            Vector512.FusedMultiplyAdd(half, s0, from).StoreUnsafe(ref to, (nuint)n);
            Vector512.FusedMultiplyAdd(half, s1, from).StoreUnsafe(ref to, (nuint)(n + Lanes));
            Vector512.FusedMultiplyAdd(half, s2, from).StoreUnsafe(ref to, (nuint)(n + (2 * Lanes)));
            Vector512.FusedMultiplyAdd(half, s3, from).StoreUnsafe(ref to, (nuint)(n + (3 * Lanes)));
        }

        for (; n < padded; n += Lanes)
        {
            Vector512<double> sum = default;
            for (var j = 0; j < centre.Length; j++)
            {
                var d =
                    (Vector512.LoadUnsafe(ref x, (nuint)((j * Stride) + n)) - Vector512.Create(centre[j]))
                    * Vector512.Create(scales[j]);
                sum = Vector512.FusedMultiplyAdd(d, d, sum);
            }

            Vector512.FusedMultiplyAdd(half, sum, from).StoreUnsafe(ref to, (nuint)n);
        }
    }

    /// <summary>Adds w (x - c) to the sums and w (x - c)^2 to the squares, column by column.</summary>
    /// <param name="tile">A tile of x.</param>
    /// <param name="centre">c, one number a column.</param>
    /// <param name="weights">One weight a row, 0 for rows of the filling; a multiple of <see cref="Tile.RowStep"/> of them.</param>
    /// <param name="sums">One number a column, added to.</param>
    /// <param name="squares">One number a column, added to.</param>
    public static void AddMoments(
        ReadOnlySpan<double> tile,
        ReadOnlySpan<double> centre,
        ReadOnlySpan<double> weights,
        Span<double> sums,
        Span<double> squares
    )
    {
        ref var x = ref MemoryMarshal.GetReference(tile);
        ref var w = ref MemoryMarshal.GetReference(weights);
        for (var j = 0; j < centre.Length; j++)
        {
            var c = Vector512.Create(centre[j]);
            Vector512<double> sum0 = default,
                sum1 = default,
                square0 = default,
                square1 = default;
            for (var n = 0; n < weights.Length; n += Tile.RowStep)
            {
                var d0 = Vector512.LoadUnsafe(ref x, (nuint)((j * Stride) + n)) - c;
                var d1 = Vector512.LoadUnsafe(ref x, (nuint)((j * Stride) + n + Lanes)) - c;
                var p0 = d0 * Vector512.LoadUnsafe(ref w, (nuint)n);
                var p1 = d1 * Vector512.LoadUnsafe(ref w, (nuint)(n + Lanes));
                sum0 += p0;
                sum1 += p1;
                square0 = Vector512.FusedMultiplyAdd(p0, d0, square0);
                square1 = Vector512.FusedMultiplyAdd(p1, d1, square1);
            }

            sums[j] += LinearAlgebra.SumLanes(sum0 + sum1);
            squares[j] += LinearAlgebra.SumLanes(square0 + square1);
        }
    }

    /// <summary>Adds w (x - c) to the sums, column by column; the arguments are those of <see cref="AddMoments"/>.</summary>
    public static void AddSums(
        ReadOnlySpan<double> tile,
        ReadOnlySpan<double> centre,
        ReadOnlySpan<double> weights,
        Span<double> sums
    )
    {
        ref var x = ref MemoryMarshal.GetReference(tile);
        ref var w = ref MemoryMarshal.GetReference(weights);
        for (var j = 0; j < centre.Length; j++)
        {
            var c = Vector512.Create(centre[j]);
            Vector512<double> sum0 = default,
                sum1 = default;
            for (var n = 0; n < weights.Length; n += Tile.RowStep)
            {
                var d0 = Vector512.LoadUnsafe(ref x, (nuint)((j * Stride) + n)) - c;
                var d1 = Vector512.LoadUnsafe(ref x, (nuint)((j * Stride) + n + Lanes)) - c;
                sum0 = Vector512.FusedMultiplyAdd(d0, Vector512.LoadUnsafe(ref w, (nuint)n), sum0);
                sum1 = Vector512.FusedMultiplyAdd(d1, Vector512.LoadUnsafe(ref w, (nuint)(n + Lanes)), sum1);
            }

            sums[j] += LinearAlgebra.SumLanes(sum0 + sum1);
        }
    }
}
