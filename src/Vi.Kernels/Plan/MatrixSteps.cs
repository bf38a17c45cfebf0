using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// C = A B or A' B, with A rows x inner (or inner x rows where it is transposed) and B inner x columns. Four rows by sixteen columns of C are
/// held in registers.
/// </summary>
public sealed class MatrixProductStep(int a, int b, int c, int rows, int inner, int columns, bool transposed) : PlanStep
{
    private const int Wide = 2 * Lanes;

    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        ref var left = ref MemoryMarshal.GetReference(memory.Slice(a, rows * inner));
        ref var right = ref MemoryMarshal.GetReference(memory.Slice(b, inner * columns));
        var target = memory.Slice(c, rows * columns);
        var (rowStride, stepStride) = transposed ? (1, rows) : (inner, 1);
        Span<double> tile = stackalloc double[4 * Wide];
        for (var column = 0; column < columns; column += Wide)
        {
            var width = Math.Min(Wide, columns - column);
            for (var row = 0; row < rows; row += 4)
            {
                var height = Math.Min(4, rows - row);

                // Rows past the end repeat the last one; their results are not kept.
                Corner(
                    ref Unsafe.Add(ref left, row * rowStride),
                    Math.Min(1, height - 1) * rowStride,
                    Math.Min(2, height - 1) * rowStride,
                    Math.Min(3, height - 1) * rowStride,
                    stepStride,
                    ref Unsafe.Add(ref right, column),
                    tile
                );
                for (var i = 0; i < height; i++)
                {
                    tile.Slice(i * Wide, width).CopyTo(target[(((row + i) * columns) + column)..]);
                }
            }
        }
    }

    private void Corner(ref double x, int row1, int row2, int row3, int stepStride, ref double y, Span<double> tile)
    {
        var (c00, c01) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var (c10, c11) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var (c20, c21) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var (c30, c31) = (Vector512<double>.Zero, Vector512<double>.Zero);
        for (var k = 0; k < inner; k++)
        {
            var b0 = Vector512.LoadUnsafe(ref y, (nuint)(k * columns));
            var b1 = Vector512.LoadUnsafe(ref y, (nuint)((k * columns) + Lanes));
            ref var from = ref Unsafe.Add(ref x, k * stepStride);
            var value = Vector512.Create(from);
            c00 = Vector512.FusedMultiplyAdd(value, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(value, b1, c01);
            value = Vector512.Create(Unsafe.Add(ref from, row1));
            c10 = Vector512.FusedMultiplyAdd(value, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(value, b1, c11);
            value = Vector512.Create(Unsafe.Add(ref from, row2));
            c20 = Vector512.FusedMultiplyAdd(value, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(value, b1, c21);
            value = Vector512.Create(Unsafe.Add(ref from, row3));
            c30 = Vector512.FusedMultiplyAdd(value, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(value, b1, c31);
        }

        ref var to = ref MemoryMarshal.GetReference(tile);
        c00.StoreUnsafe(ref to, 0);
        c01.StoreUnsafe(ref to, Lanes);
        c10.StoreUnsafe(ref to, Wide);
        c11.StoreUnsafe(ref to, Wide + Lanes);
        c20.StoreUnsafe(ref to, 2 * Wide);
        c21.StoreUnsafe(ref to, (2 * Wide) + Lanes);
        c30.StoreUnsafe(ref to, 3 * Wide);
        c31.StoreUnsafe(ref to, (3 * Wide) + Lanes);
    }
}

/// <summary>A x (rows numbers) or A' x (columns numbers) of a rows x columns matrix.</summary>
public sealed class MatrixVectorStep(int a, int x, int y, int rows, int columns, bool transposed) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        if (!transposed)
        {
            for (var row = 0; row < rows; row++)
            {
                memory[y + row] = LinearAlgebra.Dot(
                    memory.Slice(a + (row * columns), columns),
                    memory.Slice(x, columns)
                );
            }

            return;
        }

        var target = memory.Slice(y, columns);
        target.Clear();
        for (var row = 0; row < rows; row++)
        {
            LinearAlgebra.AddScaled(memory[x + row], memory.Slice(a + (row * columns), columns), target);
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
