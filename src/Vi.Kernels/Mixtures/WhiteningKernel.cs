using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>Products of a lower triangle with the rows of a tile, and differences from points that vary by row.</summary>
internal static class WhiteningKernel
{
    private const int Lanes = Tile.Lanes;
    private const int Stride = Tile.Stride;

    /// <summary>y = L x for the first rows of a tile.</summary>
    /// <param name="tile">A tile of x, D columns.</param>
    /// <param name="lower">L, D x D row by row; its upper triangle is zero.</param>
    /// <param name="dimension">D.</param>
    /// <param name="padded">Rows, a multiple of <see cref="Tile.RowStep"/>.</param>
    /// <param name="target">A tile of y.</param>
    public static void Multiply(
        ReadOnlySpan<double> tile,
        ReadOnlySpan<double> lower,
        int dimension,
        int padded,
        Span<double> target
    )
    {
        ref var x = ref MemoryMarshal.GetReference(tile);
        ref var y = ref MemoryMarshal.GetReference(target);
        ref var l = ref MemoryMarshal.GetReference(lower);
        for (var n = 0; n < padded; n += Tile.RowStep)
        {
            var i = 0;
            for (; i + 4 <= dimension; i += 4)
            {
                // The upper triangle is zero, so all four rows run to the last one's diagonal.
                RegisterBlock.Multiply(
                    ref Unsafe.Add(ref x, n),
                    Stride,
                    ref Unsafe.Add(ref l, i * dimension),
                    dimension,
                    1,
                    i + 4,
                    ref Unsafe.Add(ref y, (i * Stride) + n),
                    Stride
                );
            }

            for (; i < dimension; i++)
            {
                Vector512<double> a = default,
                    b = default;
                for (var j = 0; j <= i; j++)
                {
                    var c = Vector512.Create(Unsafe.Add(ref l, (i * dimension) + j));
                    ref var column = ref Unsafe.Add(ref x, (j * Stride) + n);
                    a = Vector512.FusedMultiplyAdd(c, Vector512.LoadUnsafe(ref column), a);
                    b = Vector512.FusedMultiplyAdd(c, Vector512.LoadUnsafe(ref column, Lanes), b);
                }

                a.StoreUnsafe(ref y, (nuint)((i * Stride) + n));
                b.StoreUnsafe(ref y, (nuint)((i * Stride) + n + Lanes));
            }
        }
    }

    /// <summary>u = x - sum_k w_k c_k for the first rows of a tile, the weights varying by row.</summary>
    /// <param name="tile">A tile of x.</param>
    /// <param name="centres">K points, D numbers each.</param>
    /// <param name="weights">A tile of K columns.</param>
    /// <param name="components">K.</param>
    /// <param name="dimension">D.</param>
    /// <param name="padded">Rows, a multiple of <see cref="Tile.RowStep"/>.</param>
    /// <param name="target">A tile of u.</param>
    public static void SubtractMixed(
        ReadOnlySpan<double> tile,
        ReadOnlySpan<double> centres,
        ReadOnlySpan<double> weights,
        int components,
        int dimension,
        int padded,
        Span<double> target
    )
    {
        ref var x = ref MemoryMarshal.GetReference(tile);
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var u = ref MemoryMarshal.GetReference(target);
        for (var j = 0; j < dimension; j++)
        {
            for (var n = 0; n < padded; n += Tile.RowStep)
            {
                var at = (nuint)((j * Stride) + n);
                var a = Vector512.LoadUnsafe(ref x, at);
                var b = Vector512.LoadUnsafe(ref x, at + Lanes);
                for (var k = 0; k < components; k++)
                {
                    var c = Vector512.Create(-centres[(k * dimension) + j]);
                    ref var row = ref Unsafe.Add(ref w, (k * Stride) + n);
                    a = Vector512.FusedMultiplyAdd(c, Vector512.LoadUnsafe(ref row), a);
                    b = Vector512.FusedMultiplyAdd(c, Vector512.LoadUnsafe(ref row, Lanes), b);
                }

                a.StoreUnsafe(ref u, at);
                b.StoreUnsafe(ref u, at + Lanes);
            }
        }
    }
}
