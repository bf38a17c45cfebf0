using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <content>Inner products of rows.</content>
public static partial class MatrixProducts
{
    /// <summary>C = A B' of rows of one length: A m x length, B n x length, C m x n. Each entry has the bits of <see cref="LinearAlgebra.Dot"/>.</summary>
    public static void RowProducts(
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> b,
        Span<double> c,
        int m,
        int n,
        int length
    )
    {
        Require(a.Length, m, length, nameof(a));
        Require(b.Length, n, length, nameof(b));
        Require(c.Length, m, n, nameof(c));
        if (m < RegisterBlock.Height || n < RegisterBlock.Width || length < Lanes)
        {
            PairByPair(a, b, c, m, n, length);
            return;
        }

        var width = RegisterBlock.Width;
        Span<double> sums = stackalloc double[RegisterBlock.Length];
        ref var lanes = ref MemoryMarshal.GetReference(sums);
        for (var top = 0; top < m; top += RegisterBlock.Height)
        {
            // The last rows and columns are taken with some before them, which come out the same again.
            var i = Math.Min(top, m - RegisterBlock.Height);
            for (var start = 0; start < n; start += width)
            {
                var j = Math.Min(start, n - width);
                ref var left = ref MemoryMarshal.GetReference(a[(i * length)..]);
                ref var right = ref MemoryMarshal.GetReference(b[(j * length)..]);
                RegisterBlock.Sums(ref left, length, ref right, length, length / Lanes * Lanes, ref lanes);
                for (var row = 0; row < RegisterBlock.Height; row++)
                {
                    Finish(
                        a.Slice((i + row) * length, length),
                        b.Slice(j * length, width * length),
                        sums.Slice(row * width * Lanes, width * Lanes),
                        c.Slice(((i + row) * n) + j, width)
                    );
                }
            }
        }
    }

    /// <summary>Inner products of a row from their lanes and the entries that fill no vector.</summary>
    private static void Finish(
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> b,
        ReadOnlySpan<double> lanes,
        Span<double> target
    )
    {
        for (var j = 0; j < target.Length; j++)
        {
            var sum = LinearAlgebra.SumLanes(Vector512.Create(lanes.Slice(j * Lanes, Lanes)));
            var other = b.Slice(j * a.Length, a.Length);
            for (var n = a.Length / Lanes * Lanes; n < a.Length; n++)
            {
                sum = Math.FusedMultiplyAdd(a[n], other[n], sum);
            }

            target[j] = sum;
        }
    }

    private static void PairByPair(
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> b,
        Span<double> c,
        int m,
        int n,
        int length
    )
    {
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                c[(i * n) + j] = LinearAlgebra.Dot(a.Slice(i * length, length), b.Slice(j * length, length));
            }
        }
    }
}
