using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>Squared lengths |L d|^2 of the rows of a tile under a lower triangle L.</summary>
internal static class DistanceKernel
{
    private const int Lanes = Tile.Lanes;
    private const int Stride = Tile.Stride;

    /// <summary>target = constant - |L d|^2 / 2 for the first rows of a tile.</summary>
    /// <param name="deviations">A tile of d.</param>
    /// <param name="lower">L, row by row; its upper triangle is zero.</param>
    /// <param name="width">Numbers of a row of L.</param>
    /// <param name="used">Rows of L that are used, from the first: fewer than all give a lower bound of the length.</param>
    /// <param name="constant">What the half squared length is taken from.</param>
    /// <param name="padded">Rows, a multiple of <see cref="Tile.RowStep"/>.</param>
    /// <param name="target">One number a row.</param>
    public static void LogDensities(
        ReadOnlySpan<double> deviations,
        ReadOnlySpan<double> lower,
        int width,
        int used,
        double constant,
        int padded,
        Span<double> target
    )
    {
        var half = Vector512.Create(-0.5);
        var from = Vector512.Create(constant);
        ref var d = ref MemoryMarshal.GetReference(deviations);
        ref var l = ref MemoryMarshal.GetReference(lower);
        ref var to = ref MemoryMarshal.GetReference(target);
        for (var n = 0; n < padded; n += Tile.RowStep)
        {
            SquaredLengths(ref Unsafe.Add(ref d, n), ref l, width, used, out var first, out var second);
            Vector512.FusedMultiplyAdd(half, first, from).StoreUnsafe(ref to, (nuint)n);
            Vector512.FusedMultiplyAdd(half, second, from).StoreUnsafe(ref to, (nuint)(n + Lanes));
        }
    }

    /// <summary>|L d|^2 for sixteen rows at a time, four rows of L together.</summary>
    private static void SquaredLengths(
        ref double deviations,
        ref double lower,
        int width,
        int used,
        out Vector512<double> first,
        out Vector512<double> second
    )
    {
        var lengths = Vector512<double>.Zero;
        var others = Vector512<double>.Zero;
        var i = 0;
        for (; i + 4 <= used; i += 4)
        {
            Vector512<double> a0 = default,
                a1 = default,
                a2 = default,
                a3 = default;
            Vector512<double> b0 = default,
                b1 = default,
                b2 = default,
                b3 = default;
            ref var row = ref Unsafe.Add(ref lower, i * width);
            ref var column = ref deviations;
            // The upper triangle is zero, so all four rows run to the last one's diagonal.
            for (var j = 0; j <= i + 3; j++)
            {
                var x = Vector512.LoadUnsafe(ref column);
                var y = Vector512.LoadUnsafe(ref column, Lanes);
                var c = Vector512.Create(Unsafe.Add(ref row, j));
                a0 = Vector512.FusedMultiplyAdd(c, x, a0);
                b0 = Vector512.FusedMultiplyAdd(c, y, b0);
                c = Vector512.Create(Unsafe.Add(ref row, j + width));
                a1 = Vector512.FusedMultiplyAdd(c, x, a1);
                b1 = Vector512.FusedMultiplyAdd(c, y, b1);
                c = Vector512.Create(Unsafe.Add(ref row, j + (2 * width)));
                a2 = Vector512.FusedMultiplyAdd(c, x, a2);
                b2 = Vector512.FusedMultiplyAdd(c, y, b2);
                c = Vector512.Create(Unsafe.Add(ref row, j + (3 * width)));
                a3 = Vector512.FusedMultiplyAdd(c, x, a3);
                b3 = Vector512.FusedMultiplyAdd(c, y, b3);
                column = ref Unsafe.Add(ref column, Stride);
            }

            lengths = Vector512.FusedMultiplyAdd(a0, a0, lengths);
            others = Vector512.FusedMultiplyAdd(b0, b0, others);
            lengths = Vector512.FusedMultiplyAdd(a1, a1, lengths);
            others = Vector512.FusedMultiplyAdd(b1, b1, others);
            lengths = Vector512.FusedMultiplyAdd(a2, a2, lengths);
            others = Vector512.FusedMultiplyAdd(b2, b2, others);
            lengths = Vector512.FusedMultiplyAdd(a3, a3, lengths);
            others = Vector512.FusedMultiplyAdd(b3, b3, others);
        }

        for (; i < used; i++)
        {
            Vector512<double> a = default,
                b = default;
            for (var j = 0; j <= i; j++)
            {
                var c = Vector512.Create(Unsafe.Add(ref lower, (i * width) + j));
                a = Vector512.FusedMultiplyAdd(c, Vector512.LoadUnsafe(ref deviations, (nuint)(j * Stride)), a);
                b = Vector512.FusedMultiplyAdd(
                    c,
                    Vector512.LoadUnsafe(ref deviations, (nuint)((j * Stride) + Lanes)),
                    b
                );
            }

            lengths = Vector512.FusedMultiplyAdd(a, a, lengths);
            others = Vector512.FusedMultiplyAdd(b, b, others);
        }

        first = lengths;
        second = others;
    }
}
