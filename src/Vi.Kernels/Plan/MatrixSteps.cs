using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// C = A B or A' B, or the same with a row added to each of its rows, with A rows x inner (or inner x rows where it is transposed) and B inner x columns. Four rows by sixteen columns of C are
/// held in registers. Whole vectors are written: what goes past a row's end is written again with the next row, or lies in the room behind.
/// </summary>
/// <param name="a">Place of A.</param>
/// <param name="b">Place of B.</param>
/// <param name="row">Place of the row; -1 for none.</param>
/// <param name="c">Place of C.</param>
/// <param name="rows">Rows of C.</param>
/// <param name="inner">Rows of B.</param>
/// <param name="columns">Columns of C.</param>
/// <param name="transposed">Whether A' stands for A.</param>
public sealed class MatrixProductStep(int a, int b, int row, int c, int rows, int inner, int columns, bool transposed)
    : PlanStep
{
    private const int Wide = 2 * Lanes;

    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        ref var left = ref MemoryMarshal.GetReference(memory.Slice(a, rows * inner));
        ref var right = ref MemoryMarshal.GetReference(memory.Slice(b, (inner * columns) + Wide));
        ref var target = ref MemoryMarshal.GetReference(memory.Slice(c, (rows * columns) + Lanes));
        ref var added = ref MemoryMarshal.GetReference(memory.Slice(Math.Max(row, 0), columns + Wide));
        var (rowStride, stepStride) = transposed ? (1, rows) : (inner, 1);
        for (var top = 0; top < rows; top += 4)
        {
            // Rows past the end are the last one again.
            var height = Math.Min(4, rows - top);
            var (row1, row2, row3) = (Math.Min(1, height - 1), Math.Min(2, height - 1), Math.Min(3, height - 1));

            // From the right, so that what is written past the end of a row comes before the start of the next.
            for (var column = (columns - 1) / Wide * Wide; column >= 0; column -= Wide)
            {
                Corner(
                    ref Unsafe.Add(ref left, top * rowStride),
                    (row1 * rowStride, row2 * rowStride, row3 * rowStride),
                    stepStride,
                    ref Unsafe.Add(ref right, column),
                    ref Unsafe.Add(ref added, column),
                    ref Unsafe.Add(ref target, (top * columns) + column),
                    (row1 * columns, row2 * columns, row3 * columns),
                    column + Lanes < columns
                );
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Corner(
        ref double x,
        (int Row1, int Row2, int Row3) from,
        int stepStride,
        ref double y,
        ref double added,
        ref double target,
        (int Row1, int Row2, int Row3) to,
        bool isWide
    )
    {
        var (first, second) = (Vector512<double>.Zero, Vector512<double>.Zero);
        if (row >= 0)
        {
            (first, second) = (Vector512.LoadUnsafe(ref added), Vector512.LoadUnsafe(ref added, Lanes));
        }

        var (c00, c01, c10, c11) = (first, second, first, second);
        var (c20, c21, c30, c31) = (first, second, first, second);
        for (var k = 0; k < inner; k++)
        {
            var b0 = Vector512.LoadUnsafe(ref y, (nuint)(k * columns));
            var b1 = Vector512.LoadUnsafe(ref y, (nuint)((k * columns) + Lanes));
            ref var at = ref Unsafe.Add(ref x, k * stepStride);
            var value = Vector512.Create(at);
            c00 = Vector512.FusedMultiplyAdd(value, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(value, b1, c01);
            value = Vector512.Create(Unsafe.Add(ref at, from.Row1));
            c10 = Vector512.FusedMultiplyAdd(value, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(value, b1, c11);
            value = Vector512.Create(Unsafe.Add(ref at, from.Row2));
            c20 = Vector512.FusedMultiplyAdd(value, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(value, b1, c21);
            value = Vector512.Create(Unsafe.Add(ref at, from.Row3));
            c30 = Vector512.FusedMultiplyAdd(value, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(value, b1, c31);
        }

        // Row after row: what is written past the end of one is the start of the next.
        Store(c00, c01, ref target, isWide);
        Store(c10, c11, ref Unsafe.Add(ref target, to.Row1), isWide);
        Store(c20, c21, ref Unsafe.Add(ref target, to.Row2), isWide);
        Store(c30, c31, ref Unsafe.Add(ref target, to.Row3), isWide);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<double> first, Vector512<double> second, ref double target, bool isWide)
    {
        first.StoreUnsafe(ref target);
        if (isWide)
        {
            second.StoreUnsafe(ref target, Lanes);
        }
    }
}

/// <summary>A x (rows numbers) or A' x (columns numbers) of a rows x columns matrix.</summary>
public sealed class MatrixVectorStep(int a, int x, int y, int rows, int columns, bool transposed) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        if (transposed)
        {
            ColumnSums.Weighted(memory, a, x, y, rows, columns);
            return;
        }

        ref var matrix = ref MemoryMarshal.GetReference(memory.Slice(a, (rows * columns) + Lanes));
        ref var vector = ref MemoryMarshal.GetReference(memory.Slice(x, columns + Lanes));
        var target = memory.Slice(y, rows);
        for (var row = 0; row < rows; row += 4)
        {
            // Rows past the end are the last one again.
            var height = Math.Min(4, rows - row);
            ref var r0 = ref Unsafe.Add(ref matrix, row * columns);
            ref var r1 = ref Unsafe.Add(ref r0, Math.Min(1, height - 1) * columns);
            ref var r2 = ref Unsafe.Add(ref r0, Math.Min(2, height - 1) * columns);
            ref var r3 = ref Unsafe.Add(ref r0, Math.Min(3, height - 1) * columns);
            var (s0, s1) = (Vector512<double>.Zero, Vector512<double>.Zero);
            var (s2, s3) = (Vector512<double>.Zero, Vector512<double>.Zero);
            var whole = columns & ~(Lanes - 1);
            for (var i = 0; i < whole; i += Lanes)
            {
                var v = Vector512.LoadUnsafe(ref vector, (nuint)i);
                s0 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref r0, (nuint)i), s0);
                s1 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref r1, (nuint)i), s1);
                s2 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref r2, (nuint)i), s2);
                s3 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref r3, (nuint)i), s3);
            }

            if (whole < columns)
            {
                // Past a row's end may be anything.
                var mask = Vector512.LessThan(Vector512<double>.Indices, Vector512.Create((double)(columns - whole)));
                var v = Vector512.LoadUnsafe(ref vector, (nuint)whole) & mask;
                s0 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref r0, (nuint)whole) & mask, s0);
                s1 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref r1, (nuint)whole) & mask, s1);
                s2 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref r2, (nuint)whole) & mask, s2);
                s3 = Vector512.FusedMultiplyAdd(v, Vector512.LoadUnsafe(ref r3, (nuint)whole) & mask, s3);
            }

            target[row + Math.Min(3, height - 1)] = LinearAlgebra.SumLanes(s3);
            target[row + Math.Min(2, height - 1)] = LinearAlgebra.SumLanes(s2);
            target[row + Math.Min(1, height - 1)] = LinearAlgebra.SumLanes(s1);
            target[row] = LinearAlgebra.SumLanes(s0);
        }
    }
}

/// <summary>The lower Cholesky factor of a symmetric n x n matrix; all NaN where it is not positive definite.</summary>
public sealed class CholeskyStep(int a, int lower, int n) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        var target = memory.Slice(lower, n * n);
        memory.Slice(a, n * n).CopyTo(target);
        if (LinearAlgebra.Cholesky(target, n) >= 0)
        {
            target.Fill(double.NaN);
        }
    }
}

/// <summary>X with L X = B, or L' X = B, for lower triangular L (n x n) and B (n x columns).</summary>
public sealed class TriangularSolveStep(int lower, int b, int x, int n, int columns, bool transposed) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        var factor = memory.Slice(lower, n * n);
        var target = memory.Slice(x, n * columns);
        memory.Slice(b, n * columns).CopyTo(target);
        if (columns == 1)
        {
            if (transposed)
            {
                LinearAlgebra.SolveLowerTransposed(factor, target, n);
            }
            else
            {
                LinearAlgebra.SolveLower(factor, target, n);
            }

            return;
        }

        for (var step = 0; step < n; step++)
        {
            var i = transposed ? n - 1 - step : step;
            var row = target.Slice(i * columns, columns);
            var (first, last) = transposed ? (i + 1, n) : (0, i);
            for (var j = first; j < last; j++)
            {
                var entry = transposed ? factor[(j * n) + i] : factor[(i * n) + j];
                LinearAlgebra.AddScaled(-entry, target.Slice(j * columns, columns), row);
            }

            var pivot = factor[(i * n) + i];
            for (var k = 0; k < columns; k++)
            {
                row[k] /= pivot;
            }
        }
    }
}
