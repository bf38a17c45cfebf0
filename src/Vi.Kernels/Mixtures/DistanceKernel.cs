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
        Span<double> products = stackalloc double[4 * Tile.RowStep];
        ref var p = ref MemoryMarshal.GetReference(products);
        for (var n = 0; n < padded; n += Tile.RowStep)
        {
            SquaredLengths(ref Unsafe.Add(ref d, n), ref l, width, used, ref p, out var first, out var second);
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
        ref double products,
        out Vector512<double> first,
        out Vector512<double> second
    )
    {
        var lengths = Vector512<double>.Zero;
        var others = Vector512<double>.Zero;
        var i = 0;
        for (; i + 4 <= used; i += 4)
        {
            // The upper triangle is zero, so all four rows run to the last one's diagonal.
            RegisterBlock.Multiply(
                ref deviations,
                Stride,
                ref Unsafe.Add(ref lower, i * width),
                width,
                1,
                i + 4,
                ref products,
                Tile.RowStep
            );
            for (var row = 0; row < 4 * Tile.RowStep; row += Tile.RowStep)
            {
                var a = Vector512.LoadUnsafe(ref products, (nuint)row);
                var b = Vector512.LoadUnsafe(ref products, (nuint)(row + Lanes));
                lengths = Vector512.FusedMultiplyAdd(a, a, lengths);
                others = Vector512.FusedMultiplyAdd(b, b, others);
            }
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
