using Vi.Kernels;
using Xunit;

namespace Vi.App.Tests.Kernels;

/// <summary>Steps of plans on matrices, and loops beside them, against plain sums: all lengths around whole vectors, and nothing written elsewhere.</summary>
public sealed class PlanStepTests
{
    /// <summary>Where the result begins; what lies before must stay.</summary>
    private const int Result = 16000;

    private const double Guard = -7.5;

    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 8, 9, 16, 17, 24, 31, 33, 57];

    private static readonly double[] Numbers = MakeNumbers();

    [Fact]
    public void Matrix_products()
    {
        foreach (var rows in Sizes)
        {
            foreach (var columns in Sizes)
            {
                foreach (var inner in new[] { 1, 2, 9 })
                {
                    foreach (var transposed in new[] { false, true })
                    {
                        var memory = Memory();
                        var (b, length) = (rows * inner, rows * columns);
                        var added = columns % 2 == 0 ? -1 : 15000;
                        new MatrixProductStep(0, b, added, Result, rows, inner, columns, transposed).Run(memory);
                        Check(
                            memory,
                            length,
                            PlanStep.Padded(length) + PlanStep.Lanes,
                            at =>
                                (added < 0 ? 0.0 : memory[added + (at % columns)])
                                + Sum(
                                    inner,
                                    k =>
                                        memory[transposed ? (k * rows) + (at / columns) : (at / columns * inner) + k]
                                        * memory[b + (k * columns) + (at % columns)]
                                )
                        );
                    }
                }
            }
        }
    }

    [Fact]
    public void Matrix_times_vector()
    {
        foreach (var rows in Sizes)
        {
            foreach (var columns in Sizes)
            {
                var x = rows * columns;
                var memory = Memory();
                new MatrixVectorStep(0, x, Result, rows, columns, transposed: false).Run(memory);
                Check(memory, rows, rows, i => Sum(columns, j => memory[(i * columns) + j] * memory[x + j]));

                memory = Memory();
                new MatrixVectorStep(0, x, Result, rows, columns, transposed: true).Run(memory);
                Check(memory, columns, columns, j => Sum(rows, i => memory[(i * columns) + j] * memory[x + i]));

                memory = Memory();
                new SumAlongStep(0, Result, rows, columns, ofRows: false).Run(memory);
                Check(memory, columns, columns, j => Sum(rows, i => memory[(i * columns) + j]));
            }
        }
    }

    [Fact]
    public void What_lies_past_a_row_does_not_matter()
    {
        // Three columns: the last vector of the last row reaches past the matrix.
        var memory = Memory();
        memory.AsSpan(15, 30).Fill(double.NaN);
        memory[45] = 1;
        memory[46] = 2;
        memory[47] = 3;
        new MatrixVectorStep(0, 45, Result, 5, 3, transposed: false).Run(memory);
        Check(memory, 5, 5, i => Sum(3, j => memory[(i * 3) + j] * (j + 1)));
    }

    [Fact]
    public void Ratios()
    {
        for (var length = 0; length <= 100; length++)
        {
            var memory = Memory();
            var (a, b) = (memory[..length], memory[200..(200 + length)]);
            VectorKernel.Divide(a, b, memory.AsSpan(Result, length));
            for (var i = 0; i < length; i++)
            {
                Assert.Equal(a[i] / b[i], memory[Result + i]);
            }

            Assert.Equal(Guard, memory[Result + length]);
        }
    }

    [Fact]
    public void Rows_of_a_minibatch_are_laid_out_like_rows_of_their_own()
    {
        foreach (var columns in new[] { 1, 20 })
        {
            for (var count = 1; count <= 140; count++)
            {
                var memory = Memory();
                var design = memory[..(300 * columns)];
                var target = memory[7000..7300];
                var rows = Enumerable.Range(0, count).Select(n => n * 37 % 300).ToArray();
                var room = PredictorRows.BufferLength(count, columns);
                var groups = Enumerable.Repeat(double.NaN, room).ToArray();
                var expected = new double[room];
                PredictorRows.Gather(design, target, rows, columns, groups);
                PredictorRows.Lay(
                    [.. rows.SelectMany(row => design.AsSpan(row * columns, columns).ToArray())],
                    [.. rows.Select(row => target[row])],
                    columns,
                    expected
                );
                Assert.Equal(expected, groups);
            }
        }
    }

    /// <summary>Numbers between 1/2 and 3/2 of both signs, none like another, then room for a result.</summary>
    private static double[] Memory() => [.. Numbers];

    private static double[] MakeNumbers()
    {
        var memory = new double[30000];
        for (var i = 0; i < Result; i++)
        {
            memory[i] = (0.5 + (i * 0.6180339887498949 % 1.0)) * (i % 3 == 0 ? -1 : 1);
        }

        memory.AsSpan(Result).Fill(Guard);
        return memory;
    }

    private static double Sum(int count, Func<int, double> term)
    {
        var sum = 0.0;
        for (var k = 0; k < count; k++)
        {
            sum += term(k);
        }

        return sum;
    }

    private static void Check(double[] memory, int length, int room, Func<int, double> expected)
    {
        for (var i = 0; i < length; i++)
        {
            Assert.True(System.Math.Abs(expected(i) - memory[Result + i]) < 1e-12, $"entry {i}");
        }

        Assert.Equal(Guard, memory[Result + room]);
    }
}
