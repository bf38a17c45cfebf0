using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// Products of dense row-major matrices, blocked for registers and caches. Every entry is one chain of fused multiply-adds in the order
/// of the inner index (eight chains for inner products of rows), so neither blocking nor threads change a bit.
/// </summary>
public static class MatrixProducts
{
    private const int Lanes = 8;

    /// <summary>Columns of the result that are kept in registers at a time.</summary>
    private const int Strip = 2 * Lanes;

    /// <summary>Inner indices taken at a time: their part of a strip, 128 x 16 numbers, stays in the first cache.</summary>
    private const int InnerChunk = 128;

    /// <summary>Columns that one worker computes at a time.</summary>
    private const int ColumnChunk = 16 * Strip;

    /// <summary>C = A B with A rows x inner, B inner x columns, all row by row; C is overwritten.</summary>
    public static void Multiply(
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> b,
        Span<double> c,
        int rows,
        int inner,
        int columns
    )
    {
        c.Clear();
        AddProduct(a, b, c, rows, inner, columns);
    }

    /// <summary>C += A B with A rows x inner, B inner x columns, all row by row.</summary>
    public static void AddProduct(
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> b,
        Span<double> c,
        int rows,
        int inner,
        int columns
    )
    {
        Require(a.Length, rows, inner, nameof(a));
        Require(b.Length, inner, columns, nameof(b));
        Require(c.Length, rows, columns, nameof(c));
        AddColumns(a, b, c, rows, inner, columns, 0, columns);
    }

    /// <summary>C = A B as <see cref="Multiply(ReadOnlySpan{double}, ReadOnlySpan{double}, Span{double}, int, int, int)"/>, its columns shared among workers.</summary>
    public static void Multiply(
        ReadOnlyMemory<double> a,
        ReadOnlyMemory<double> b,
        Memory<double> c,
        int rows,
        int inner,
        int columns,
        int threads
    )
    {
        var chunks = (columns + ColumnChunk - 1) / ColumnChunk;
        if (threads == 1 || chunks == 1)
        {
            Multiply(a.Span, b.Span, c.Span, rows, inner, columns);
            return;
        }

        Require(a.Length, rows, inner, nameof(a));
        Require(b.Length, inner, columns, nameof(b));
        Require(c.Length, rows, columns, nameof(c));
        c.Span.Clear();
        Parallel.For(
            0,
            chunks,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            chunk =>
                AddColumns(
                    a.Span,
                    b.Span,
                    c.Span,
                    rows,
                    inner,
                    columns,
                    chunk * ColumnChunk,
                    Math.Min((chunk + 1) * ColumnChunk, columns)
                )
        );
    }

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

    private static void Require(int length, int rows, int columns, string name)
    {
        if (length != rows * columns)
        {
            throw new ArgumentException($"{length} numbers do not fill {rows} x {columns}.", name);
        }
    }

    /// <summary>Columns first to last - 1 of C += A B.</summary>
    private static void AddColumns(
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> b,
        Span<double> c,
        int rows,
        int inner,
        int columns,
        int first,
        int last
    )
    {
        if (rows == 0 || inner == 0 || first == last)
        {
            return;
        }

        ref var left = ref MemoryMarshal.GetReference(a);
        ref var right = ref MemoryMarshal.GetReference(b);
        ref var target = ref MemoryMarshal.GetReference(c);
        for (var start = 0; start < inner; start += InnerChunk)
        {
            var length = Math.Min(InnerChunk, inner - start);
            ref var chunk = ref Unsafe.Add(ref right, (nint)start * columns);
            var j = first;
            for (; j + Strip <= last; j += Strip)
            {
                var i = 0;
                for (; i + 4 <= rows; i += 4)
                {
                    AddFourRows(
                        ref Unsafe.Add(ref left, (i * inner) + start),
                        inner,
                        ref Unsafe.Add(ref chunk, j),
                        columns,
                        ref Unsafe.Add(ref target, (i * columns) + j),
                        length
                    );
                }

                for (; i < rows; i++)
                {
                    AddOneRow(
                        ref Unsafe.Add(ref left, (i * inner) + start),
                        ref Unsafe.Add(ref chunk, j),
                        columns,
                        ref Unsafe.Add(ref target, (i * columns) + j),
                        length
                    );
                }
            }

            for (; j + Lanes <= last; j += Lanes)
            {
                for (var i = 0; i < rows; i++)
                {
                    ref var from = ref Unsafe.Add(ref left, (i * inner) + start);
                    ref var to = ref Unsafe.Add(ref target, (i * columns) + j);
                    var sum = Vector512.LoadUnsafe(ref to);
                    for (var k = 0; k < length; k++)
                    {
                        sum = Vector512.FusedMultiplyAdd(
                            Vector512.Create(Unsafe.Add(ref from, k)),
                            Vector512.LoadUnsafe(ref Unsafe.Add(ref chunk, (k * columns) + j)),
                            sum
                        );
                    }

                    sum.StoreUnsafe(ref to);
                }
            }

            for (var i = 0; i < rows && j < last; i++)
            {
                ref var from = ref Unsafe.Add(ref left, (i * inner) + start);
                for (var column = j; column < last; column++)
                {
                    var sum = Unsafe.Add(ref target, (i * columns) + column);
                    for (var k = 0; k < length; k++)
                    {
                        sum = Math.FusedMultiplyAdd(
                            Unsafe.Add(ref from, k),
                            Unsafe.Add(ref chunk, (k * columns) + column),
                            sum
                        );
                    }

                    Unsafe.Add(ref target, (i * columns) + column) = sum;
                }
            }
        }
    }

    private static void AddFourRows(
        ref double left,
        int leftStride,
        ref double right,
        int columns,
        ref double target,
        int length
    )
    {
        ref var c1 = ref Unsafe.Add(ref target, columns);
        ref var c2 = ref Unsafe.Add(ref target, 2 * columns);
        ref var c3 = ref Unsafe.Add(ref target, 3 * columns);
        var s00 = Vector512.LoadUnsafe(ref target);
        var s01 = Vector512.LoadUnsafe(ref target, Lanes);
        var s10 = Vector512.LoadUnsafe(ref c1);
        var s11 = Vector512.LoadUnsafe(ref c1, Lanes);
        var s20 = Vector512.LoadUnsafe(ref c2);
        var s21 = Vector512.LoadUnsafe(ref c2, Lanes);
        var s30 = Vector512.LoadUnsafe(ref c3);
        var s31 = Vector512.LoadUnsafe(ref c3, Lanes);
        for (var k = 0; k < length; k++)
        {
            var b0 = Vector512.LoadUnsafe(ref right);
            var b1 = Vector512.LoadUnsafe(ref right, Lanes);
            right = ref Unsafe.Add(ref right, columns);
            var a = Vector512.Create(left);
            s00 = Vector512.FusedMultiplyAdd(a, b0, s00);
            s01 = Vector512.FusedMultiplyAdd(a, b1, s01);
            a = Vector512.Create(Unsafe.Add(ref left, leftStride));
            s10 = Vector512.FusedMultiplyAdd(a, b0, s10);
            s11 = Vector512.FusedMultiplyAdd(a, b1, s11);
            a = Vector512.Create(Unsafe.Add(ref left, 2 * leftStride));
            s20 = Vector512.FusedMultiplyAdd(a, b0, s20);
            s21 = Vector512.FusedMultiplyAdd(a, b1, s21);
            a = Vector512.Create(Unsafe.Add(ref left, 3 * leftStride));
            s30 = Vector512.FusedMultiplyAdd(a, b0, s30);
            s31 = Vector512.FusedMultiplyAdd(a, b1, s31);
            left = ref Unsafe.Add(ref left, 1);
        }

        s00.StoreUnsafe(ref target);
        s01.StoreUnsafe(ref target, Lanes);
        s10.StoreUnsafe(ref c1);
        s11.StoreUnsafe(ref c1, Lanes);
        s20.StoreUnsafe(ref c2);
        s21.StoreUnsafe(ref c2, Lanes);
        s30.StoreUnsafe(ref c3);
        s31.StoreUnsafe(ref c3, Lanes);
    }

    private static void AddOneRow(ref double left, ref double right, int columns, ref double target, int length)
    {
        var s0 = Vector512.LoadUnsafe(ref target);
        var s1 = Vector512.LoadUnsafe(ref target, Lanes);
        for (var k = 0; k < length; k++)
        {
            var a = Vector512.Create(Unsafe.Add(ref left, k));
            s0 = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref right), s0);
            s1 = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref right, Lanes), s1);
            right = ref Unsafe.Add(ref right, columns);
        }

        s0.StoreUnsafe(ref target);
        s1.StoreUnsafe(ref target, Lanes);
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
