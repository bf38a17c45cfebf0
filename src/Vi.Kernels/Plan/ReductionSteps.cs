using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>The sum of all entries.</summary>
public sealed class SumStep(int x, int y, int length) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory) => memory[y] = LinearAlgebra.Sum(memory.Slice(x, length));
}

/// <summary>The inner product of two places.</summary>
public sealed class DotStep(int x, int y, int z, int length) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory) =>
        memory[z] = LinearAlgebra.Dot(memory.Slice(x, length), memory.Slice(y, length));
}

/// <summary>The sums of rows (to a column) or of columns (to a row) of a rows x columns matrix.</summary>
public sealed class SumAlongStep(int x, int y, int rows, int columns, bool ofRows) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        if (!ofRows)
        {
            ColumnSums.Plain(memory, x, y, rows, columns);
            return;
        }

        var target = memory.Slice(y, rows);
        for (var row = 0; row < rows; row++)
        {
            target[row] = LinearAlgebra.Sum(memory.Slice(x + (row * columns), columns));
        }
    }
}

/// <summary>log sum exp of each row of a rows x columns matrix, shifted by the row's maximum.</summary>
public sealed class LogSumExpStep(int x, int y, int rows, int columns) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        for (var row = 0; row < rows; row++)
        {
            memory[y + row] = OfRow(memory.Slice(x + (row * columns), columns));
        }
    }

    private static double OfRow(ReadOnlySpan<double> values)
    {
        var largest = double.NegativeInfinity;
        foreach (var value in values)
        {
            // Math.Max gives NaN where either is NaN.
            largest = Math.Max(largest, value);
        }

        if (!double.IsFinite(largest))
        {
            return largest;
        }

        ref var x = ref MemoryMarshal.GetReference(values);
        var shift = Vector512.Create(largest);
        var sum = Vector512<double>.Zero;
        for (var i = 0; i < values.Length; i += Lanes)
        {
            var e = WholeLine.Exp(
                Vector512.ConditionalSelect(
                    Mask(i, values.Length),
                    Vector512.LoadUnsafe(ref x, (nuint)i) - shift,
                    Vector512<double>.Zero
                )
            );
            sum += Vector512.ConditionalSelect(Mask(i, values.Length), e, Vector512<double>.Zero);
        }

        return largest + Math.Log(LinearAlgebra.SumLanes(sum));
    }

    private static Vector512<double> Mask(int i, int length) =>
        Vector512.LessThan(Vector512<double>.Indices, Vector512.Create((double)(length - i)));
}

/// <summary>Sums of all entries up to each, from the start or from the end.</summary>
public sealed class CumulativeSumStep(int x, int y, int length, bool fromEnd) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        var from = memory.Slice(x, length);
        var to = memory.Slice(y, length);
        var sum = 0.0;
        for (var i = 0; i < length; i++)
        {
            var at = fromEnd ? length - 1 - i : i;
            sum += from[at];
            to[at] = sum;
        }
    }
}

/// <summary>
/// The first-order linear recurrence x_t = phi x_(t-1) + e_t with x_0 = e_0, or backwards x_t = phi x_(t+1) + e_t with x_T = e_T.
/// Four steps are made at once, x_(t+3) = phi^4 x_(t-1) + (phi^3 e_t + phi^2 e_(t+1) + phi e_(t+2) + e_(t+3)), so that one
/// multiply-add, not four, stands between one step and the next.
/// </summary>
public sealed class RecurrenceStep(int phi, int e, int x, int length, bool backwards) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        var from = memory.Slice(e, length);
        var to = memory.Slice(x, length);
        if (backwards)
        {
            Backwards(memory[phi], from, to);
        }
        else
        {
            Forwards(memory[phi], from, to);
        }
    }

    private static void Forwards(double p, ReadOnlySpan<double> e, Span<double> x)
    {
        var (p2, p3, p4) = (p * p, p * p * p, p * p * (p * p));
        if (e.IsEmpty)
        {
            return;
        }

        var last = e[0];
        x[0] = last;
        var t = 1;
        for (; t + 4 <= e.Length; t += 4)
        {
            var (e0, e1, e2, e3) = (e[t], e[t + 1], e[t + 2], e[t + 3]);
            var s1 = Math.FusedMultiplyAdd(p, e0, e1);
            var s2 = Math.FusedMultiplyAdd(p, s1, e2);
            var s3 = Math.FusedMultiplyAdd(p, s2, e3);
            x[t] = Math.FusedMultiplyAdd(p, last, e0);
            x[t + 1] = Math.FusedMultiplyAdd(p2, last, s1);
            x[t + 2] = Math.FusedMultiplyAdd(p3, last, s2);
            last = Math.FusedMultiplyAdd(p4, last, s3);
            x[t + 3] = last;
        }

        for (; t < e.Length; t++)
        {
            last = Math.FusedMultiplyAdd(p, last, e[t]);
            x[t] = last;
        }
    }

    private static void Backwards(double p, ReadOnlySpan<double> e, Span<double> x)
    {
        var (p2, p3, p4) = (p * p, p * p * p, p * p * (p * p));
        if (e.IsEmpty)
        {
            return;
        }

        var last = e[^1];
        x[^1] = last;
        var t = e.Length - 2;
        for (; t >= 3; t -= 4)
        {
            var (e0, e1, e2, e3) = (e[t], e[t - 1], e[t - 2], e[t - 3]);
            var s1 = Math.FusedMultiplyAdd(p, e0, e1);
            var s2 = Math.FusedMultiplyAdd(p, s1, e2);
            var s3 = Math.FusedMultiplyAdd(p, s2, e3);
            x[t] = Math.FusedMultiplyAdd(p, last, e0);
            x[t - 1] = Math.FusedMultiplyAdd(p2, last, s1);
            x[t - 2] = Math.FusedMultiplyAdd(p3, last, s2);
            last = Math.FusedMultiplyAdd(p4, last, s3);
            x[t - 3] = last;
        }

        for (; t >= 0; t--)
        {
            last = Math.FusedMultiplyAdd(p, last, e[t]);
            x[t] = last;
        }
    }
}
