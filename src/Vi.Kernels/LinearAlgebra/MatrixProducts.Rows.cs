using System.Runtime.CompilerServices;
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
        var i = 0;
        for (; i + 4 <= m && length >= Lanes; i += 4)
        {
            var j = 0;
            for (; j + 4 <= n; j += 4)
            {
                FourByFour(
                    ref MemoryMarshal.GetReference(a[(i * length)..]),
                    ref MemoryMarshal.GetReference(b[(j * length)..]),
                    ref MemoryMarshal.GetReference(c[((i * n) + j)..]),
                    n,
                    length
                );
            }

            for (; j < n; j++)
            {
                for (var k = i; k < i + 4; k++)
                {
                    c[(k * n) + j] = LinearAlgebra.Dot(a.Slice(k * length, length), b.Slice(j * length, length));
                }
            }
        }

        for (; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                c[(i * n) + j] = LinearAlgebra.Dot(a.Slice(i * length, length), b.Slice(j * length, length));
            }
        }
    }

    private static void FourByFour(ref double a, ref double b, ref double target, int columns, int length)
    {
        ref var a1 = ref Unsafe.Add(ref a, length);
        ref var a2 = ref Unsafe.Add(ref a, 2 * length);
        ref var a3 = ref Unsafe.Add(ref a, 3 * length);
        ref var b1 = ref Unsafe.Add(ref b, length);
        ref var b2 = ref Unsafe.Add(ref b, 2 * length);
        ref var b3 = ref Unsafe.Add(ref b, 3 * length);
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
        nuint n = 0;
        for (; n + Lanes <= (nuint)length; n += Lanes)
        {
            var y0 = Vector512.LoadUnsafe(ref b, n);
            var y1 = Vector512.LoadUnsafe(ref b1, n);
            var y2 = Vector512.LoadUnsafe(ref b2, n);
            var y3 = Vector512.LoadUnsafe(ref b3, n);
            var x = Vector512.LoadUnsafe(ref a, n);
            s00 = Vector512.FusedMultiplyAdd(x, y0, s00);
            s01 = Vector512.FusedMultiplyAdd(x, y1, s01);
            s02 = Vector512.FusedMultiplyAdd(x, y2, s02);
            s03 = Vector512.FusedMultiplyAdd(x, y3, s03);
            x = Vector512.LoadUnsafe(ref a1, n);
            s10 = Vector512.FusedMultiplyAdd(x, y0, s10);
            s11 = Vector512.FusedMultiplyAdd(x, y1, s11);
            s12 = Vector512.FusedMultiplyAdd(x, y2, s12);
            s13 = Vector512.FusedMultiplyAdd(x, y3, s13);
            x = Vector512.LoadUnsafe(ref a2, n);
            s20 = Vector512.FusedMultiplyAdd(x, y0, s20);
            s21 = Vector512.FusedMultiplyAdd(x, y1, s21);
            s22 = Vector512.FusedMultiplyAdd(x, y2, s22);
            s23 = Vector512.FusedMultiplyAdd(x, y3, s23);
            x = Vector512.LoadUnsafe(ref a3, n);
            s30 = Vector512.FusedMultiplyAdd(x, y0, s30);
            s31 = Vector512.FusedMultiplyAdd(x, y1, s31);
            s32 = Vector512.FusedMultiplyAdd(x, y2, s32);
            s33 = Vector512.FusedMultiplyAdd(x, y3, s33);
        }

        Finish(ref a, ref b, ref target, length, (int)n, s00, s01, s02, s03);
        Finish(ref a1, ref b, ref Unsafe.Add(ref target, columns), length, (int)n, s10, s11, s12, s13);
        Finish(ref a2, ref b, ref Unsafe.Add(ref target, 2 * columns), length, (int)n, s20, s21, s22, s23);
        Finish(ref a3, ref b, ref Unsafe.Add(ref target, 3 * columns), length, (int)n, s30, s31, s32, s33);
    }

    /// <summary>Four inner products of a row from their lanes and the entries that fill no vector.</summary>
    private static void Finish(
        ref double a,
        ref double b,
        ref double target,
        int length,
        int done,
        Vector512<double> s0,
        Vector512<double> s1,
        Vector512<double> s2,
        Vector512<double> s3
    )
    {
        var (t0, t1) = (LinearAlgebra.SumLanes(s0), LinearAlgebra.SumLanes(s1));
        var (t2, t3) = (LinearAlgebra.SumLanes(s2), LinearAlgebra.SumLanes(s3));
        for (var n = done; n < length; n++)
        {
            var x = Unsafe.Add(ref a, n);
            t0 = Math.FusedMultiplyAdd(x, Unsafe.Add(ref b, n), t0);
            t1 = Math.FusedMultiplyAdd(x, Unsafe.Add(ref b, length + n), t1);
            t2 = Math.FusedMultiplyAdd(x, Unsafe.Add(ref b, (2 * length) + n), t2);
            t3 = Math.FusedMultiplyAdd(x, Unsafe.Add(ref b, (3 * length) + n), t3);
        }

        target = t0;
        Unsafe.Add(ref target, 1) = t1;
        Unsafe.Add(ref target, 2) = t2;
        Unsafe.Add(ref target, 3) = t3;
    }
}
