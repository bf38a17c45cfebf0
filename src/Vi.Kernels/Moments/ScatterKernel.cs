using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>Sums over the rows of a tile of products of columns.</summary>
internal static class ScatterKernel
{
    private const int Lanes = RegisterBlock.Lanes;
    private const int Height = RegisterBlock.Height;
    private const int Stride = Tile.Stride;

    /// <summary>
    /// Lower triangle of scatter += weighted deviations'. Every entry gains one sum over the rows, whatever block it is in.
    /// </summary>
    /// <param name="deviations">A tile of D columns.</param>
    /// <param name="weighted">A tile of D columns.</param>
    /// <param name="rows">Rows, a multiple of <see cref="Tile.RowStep"/>.</param>
    /// <param name="scatter">D x D numbers; the lower triangle is added to.</param>
    /// <param name="dimension">D.</param>
    [SkipLocalsInit]
    public static void Add(
        ReadOnlySpan<double> deviations,
        ReadOnlySpan<double> weighted,
        int rows,
        Span<double> scatter,
        int dimension
    )
    {
        if (dimension < Height)
        {
            AddPairs(deviations, weighted, rows, scatter, dimension);
            return;
        }

        var width = RegisterBlock.Width;
        Span<double> sums = stackalloc double[RegisterBlock.Length];
        ref var left = ref MemoryMarshal.GetReference(weighted[..(dimension * Stride)]);
        ref var right = ref MemoryMarshal.GetReference(deviations[..(dimension * Stride)]);
        for (var top = 0; top < dimension; top += Height)
        {
            // The last rows and columns are taken with some before them, which are not added again.
            var i = Math.Min(top, dimension - Height);
            var end = i + Height;
            for (var start = 0; start < end; start += width)
            {
                var j = Math.Min(start, end - width);
                RegisterBlock.Sums(
                    ref Unsafe.Add(ref left, i * Stride),
                    Stride,
                    ref Unsafe.Add(ref right, j * Stride),
                    Stride,
                    rows,
                    ref MemoryMarshal.GetReference(sums)
                );
                for (var row = top; row < end; row++)
                {
                    var last = Math.Min(j + width - 1, row);
                    ref var from = ref Unsafe.Add(
                        ref MemoryMarshal.GetReference(sums),
                        ((row - i) * width - j) * Lanes
                    );
                    ref var to = ref scatter[row * dimension];
                    for (var column = start; column <= last; column++)
                    {
                        Unsafe.Add(ref to, column) += LinearAlgebra.SumLanes(
                            Vector512.LoadUnsafe(ref from, (nuint)(column * Lanes))
                        );
                    }
                }
            }
        }
    }

    private static void AddPairs(
        ReadOnlySpan<double> deviations,
        ReadOnlySpan<double> weighted,
        int rows,
        Span<double> scatter,
        int dimension
    )
    {
        for (var i = 0; i < dimension; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                scatter[(i * dimension) + j] += LinearAlgebra.Dot(
                    weighted.Slice(i * Stride, rows),
                    deviations.Slice(j * Stride, rows)
                );
            }
        }
    }
}
