using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// Products of dense row-major matrices, blocked for registers and caches. Every entry is one chain of fused multiply-adds in the order
/// of the inner index (eight chains for inner products of rows), so neither blocking nor threads change a bit.
/// </summary>
public static partial class MatrixProducts
{
    private const int Lanes = 8;

    /// <summary>Columns of the result that are kept in registers at a time.</summary>
    private const int Strip = 2 * Lanes;

    /// <summary>Rows of the result that are added to while a part of B passes by: with a chunk of columns they stay in the second cache.</summary>
    private const int RowChunk = 64;

    /// <summary>Columns that are computed at a time, by one worker.</summary>
    private const int ColumnChunk = 32 * Strip;

    /// <summary>
    /// Multiply-adds of the smallest share. Waking a worker takes 15 microseconds; so many multiply-adds take five times as long at six a
    /// nanosecond.
    /// </summary>
    private const double LeastShare = 1 << 19;

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

    /// <summary>C += A'B with A inner x rows, B inner x columns.</summary>
    public static void AddTransposed(
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> b,
        Span<double> c,
        int rows,
        int inner,
        int columns
    )
    {
        Require(a.Length, inner, rows, nameof(a));
        using var buffer = new RentedNumbers(a.Length);
        var transposed = buffer.Span;
        for (var k = 0; k < inner; k++)
        {
            for (var i = 0; i < rows; i++)
            {
                transposed[(i * inner) + k] = a[(k * rows) + i];
            }
        }

        Add(transposed, b, c, rows, inner, columns);
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
        var chunk = ShareOfColumns(rows, inner, columns, threads);
        var chunks = (columns + chunk - 1) / chunk;
        if (chunks < 2)
        {
            AddColumns(a.Span, b.Span, c.Span, rows, inner, columns, 0, columns);
            return;
        }

        Parallel.For(
            0,
            chunks,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            share =>
                AddColumns(
                    a.Span,
                    b.Span,
                    c.Span,
                    rows,
                    inner,
                    columns,
                    share * chunk,
                    Math.Min((share + 1) * chunk, columns)
                )
        );
    }

    /// <summary>
    /// Columns that a worker takes at a time: two equal shares for each worker, fewer where the product is small, whole strips, and no
    /// more than fit in the caches.
    /// </summary>
    private static int ShareOfColumns(int rows, int inner, int columns, int threads)
    {
        var work = (double)rows * inner * columns;
        var shares = threads == 1 ? 1 : Math.Clamp((int)Math.Min(work / LeastShare, int.MaxValue), 1, 2 * threads);
        var share = (columns + shares - 1) / shares;
        var whole = (share + Strip - 1) / Strip * Strip;
        return shares == 1 ? columns : Math.Min(whole, ColumnChunk);
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
                // Sixteen registers hold four rows of a strip at most.
                for (; Vector512.IsHardwareAccelerated && k + 8 <= inner; k += 8)
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
}
