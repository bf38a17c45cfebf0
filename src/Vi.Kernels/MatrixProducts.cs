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

    /// <summary>Rows of the result that are added to while a part of B passes by: with a chunk of columns they stay in the second cache.</summary>
    private const int RowChunk = 64;

    /// <summary>Columns that are computed at a time, by one worker.</summary>
    private const int ColumnChunk = 32 * Strip;

    /// <summary>C += A B with A rows x inner, B inner x columns, all row by row.</summary>
    public static void Add(
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

    /// <summary>C += A B, the columns shared among so many workers at most; no result depends on their number.</summary>
    public static void Add(
        ReadOnlyMemory<double> a,
        ReadOnlyMemory<double> b,
        Memory<double> c,
        int rows,
        int inner,
        int columns,
        int threads
    )
    {
        Require(a.Length, rows, inner, nameof(a));
        Require(b.Length, inner, columns, nameof(b));
        Require(c.Length, rows, columns, nameof(c));
        var chunks = (columns + ColumnChunk - 1) / ColumnChunk;
        if (threads == 1 || chunks == 1)
        {
            AddColumns(a.Span, b.Span, c.Span, rows, inner, columns, 0, columns);
            return;
        }

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
        for (var top = 0; top < rows; top += RowChunk)
        {
            var count = Math.Min(RowChunk, rows - top);
            ref var from = ref Unsafe.Add(ref left, (nint)top * inner);
            ref var to = ref Unsafe.Add(ref target, (nint)top * columns);
            for (var start = first; start < last; start += ColumnChunk)
            {
                var end = Math.Min(start + ColumnChunk, last);
                var k = 0;
                for (; k + 8 <= inner; k += 8)
                {
                    AddEight(
                        ref Unsafe.Add(ref from, k),
                        inner,
                        ref Row(ref right, k, columns),
                        ref to,
                        columns,
                        count,
                        start,
                        end
                    );
                }

                for (; k + 4 <= inner; k += 4)
                {
                    AddFour(
                        ref Unsafe.Add(ref from, k),
                        inner,
                        ref Row(ref right, k, columns),
                        ref to,
                        columns,
                        count,
                        start,
                        end
                    );
                }

                for (; k < inner; k++)
                {
                    AddOne(
                        ref Unsafe.Add(ref from, k),
                        inner,
                        ref Row(ref right, k, columns),
                        ref to,
                        columns,
                        count,
                        start,
                        end
                    );
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref double Row(ref double x, int row, int columns) => ref Unsafe.Add(ref x, (nint)row * columns);

    /// <summary>
    /// C += A B for eight inner indices. Eight rows of B are read side by side, in order; a strip of them stays in registers while all rows
    /// of C pass by.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddEight(
        ref double left,
        int inner,
        ref double right,
        ref double target,
        int columns,
        int rows,
        int first,
        int last
    )
    {
        var j = first;
        for (; j + Strip <= last; j += Strip)
        {
            ref var b = ref Unsafe.Add(ref right, j);
            var b00 = Vector512.LoadUnsafe(ref b);
            var b01 = Vector512.LoadUnsafe(ref b, Lanes);
            b = ref Unsafe.Add(ref b, columns);
            var b10 = Vector512.LoadUnsafe(ref b);
            var b11 = Vector512.LoadUnsafe(ref b, Lanes);
            b = ref Unsafe.Add(ref b, columns);
            var b20 = Vector512.LoadUnsafe(ref b);
            var b21 = Vector512.LoadUnsafe(ref b, Lanes);
            b = ref Unsafe.Add(ref b, columns);
            var b30 = Vector512.LoadUnsafe(ref b);
            var b31 = Vector512.LoadUnsafe(ref b, Lanes);
            b = ref Unsafe.Add(ref b, columns);
            var b40 = Vector512.LoadUnsafe(ref b);
            var b41 = Vector512.LoadUnsafe(ref b, Lanes);
            b = ref Unsafe.Add(ref b, columns);
            var b50 = Vector512.LoadUnsafe(ref b);
            var b51 = Vector512.LoadUnsafe(ref b, Lanes);
            b = ref Unsafe.Add(ref b, columns);
            var b60 = Vector512.LoadUnsafe(ref b);
            var b61 = Vector512.LoadUnsafe(ref b, Lanes);
            b = ref Unsafe.Add(ref b, columns);
            var b70 = Vector512.LoadUnsafe(ref b);
            var b71 = Vector512.LoadUnsafe(ref b, Lanes);
            ref var a = ref left;
            ref var c = ref Unsafe.Add(ref target, j);
            for (var i = 0; i < rows; i++)
            {
                var s0 = Vector512.LoadUnsafe(ref c);
                var s1 = Vector512.LoadUnsafe(ref c, Lanes);
                var x = Vector512.Create(a);
                s0 = Vector512.FusedMultiplyAdd(x, b00, s0);
                s1 = Vector512.FusedMultiplyAdd(x, b01, s1);
                x = Vector512.Create(Unsafe.Add(ref a, 1));
                s0 = Vector512.FusedMultiplyAdd(x, b10, s0);
                s1 = Vector512.FusedMultiplyAdd(x, b11, s1);
                x = Vector512.Create(Unsafe.Add(ref a, 2));
                s0 = Vector512.FusedMultiplyAdd(x, b20, s0);
                s1 = Vector512.FusedMultiplyAdd(x, b21, s1);
                x = Vector512.Create(Unsafe.Add(ref a, 3));
                s0 = Vector512.FusedMultiplyAdd(x, b30, s0);
                s1 = Vector512.FusedMultiplyAdd(x, b31, s1);
                x = Vector512.Create(Unsafe.Add(ref a, 4));
                s0 = Vector512.FusedMultiplyAdd(x, b40, s0);
                s1 = Vector512.FusedMultiplyAdd(x, b41, s1);
                x = Vector512.Create(Unsafe.Add(ref a, 5));
                s0 = Vector512.FusedMultiplyAdd(x, b50, s0);
                s1 = Vector512.FusedMultiplyAdd(x, b51, s1);
                x = Vector512.Create(Unsafe.Add(ref a, 6));
                s0 = Vector512.FusedMultiplyAdd(x, b60, s0);
                s1 = Vector512.FusedMultiplyAdd(x, b61, s1);
                x = Vector512.Create(Unsafe.Add(ref a, 7));
                s0 = Vector512.FusedMultiplyAdd(x, b70, s0);
                s1 = Vector512.FusedMultiplyAdd(x, b71, s1);
                s0.StoreUnsafe(ref c);
                s1.StoreUnsafe(ref c, Lanes);
                a = ref Unsafe.Add(ref a, inner);
                c = ref Unsafe.Add(ref c, columns);
            }
        }

        for (var k = 0; k < 8 && j < last; k++)
        {
            AddOne(
                ref Unsafe.Add(ref left, k),
                inner,
                ref Row(ref right, k, columns),
                ref target,
                columns,
                rows,
                j,
                last
            );
        }
    }

    /// <summary>C += A B for four inner indices.</summary>
    private static void AddFour(
        ref double left,
        int inner,
        ref double right,
        ref double target,
        int columns,
        int rows,
        int first,
        int last
    )
    {
        var j = first;
        for (; j + Lanes <= last; j += Lanes)
        {
            ref var b = ref Unsafe.Add(ref right, j);
            var b0 = Vector512.LoadUnsafe(ref b);
            var b1 = Vector512.LoadUnsafe(ref Unsafe.Add(ref b, columns));
            var b2 = Vector512.LoadUnsafe(ref Unsafe.Add(ref b, 2 * columns));
            var b3 = Vector512.LoadUnsafe(ref Unsafe.Add(ref b, 3 * columns));
            ref var a = ref left;
            ref var c = ref Unsafe.Add(ref target, j);
            for (var i = 0; i < rows; i++)
            {
                var sum = Vector512.FusedMultiplyAdd(Vector512.Create(a), b0, Vector512.LoadUnsafe(ref c));
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref a, 1)), b1, sum);
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref a, 2)), b2, sum);
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref a, 3)), b3, sum);
                sum.StoreUnsafe(ref c);
                a = ref Unsafe.Add(ref a, inner);
                c = ref Unsafe.Add(ref c, columns);
            }
        }

        for (var k = 0; k < 4 && j < last; k++)
        {
            AddOne(
                ref Unsafe.Add(ref left, k),
                inner,
                ref Row(ref right, k, columns),
                ref target,
                columns,
                rows,
                j,
                last
            );
        }
    }

    /// <summary>C += A B for one inner index.</summary>
    private static void AddOne(
        ref double left,
        int inner,
        ref double right,
        ref double target,
        int columns,
        int rows,
        int first,
        int last
    )
    {
        ref var a = ref left;
        ref var c = ref target;
        for (var i = 0; i < rows; i++)
        {
            var x = Vector512.Create(a);
            var j = first;
            for (; j + Lanes <= last; j += Lanes)
            {
                var at = (nuint)j;
                Vector512
                    .FusedMultiplyAdd(x, Vector512.LoadUnsafe(ref right, at), Vector512.LoadUnsafe(ref c, at))
                    .StoreUnsafe(ref c, at);
            }

            for (; j < last; j++)
            {
                Unsafe.Add(ref c, j) = Math.FusedMultiplyAdd(a, Unsafe.Add(ref right, j), Unsafe.Add(ref c, j));
            }

            a = ref Unsafe.Add(ref a, inner);
            c = ref Unsafe.Add(ref c, columns);
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
