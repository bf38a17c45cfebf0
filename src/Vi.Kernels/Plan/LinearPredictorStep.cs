using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>Rows of P columns and a target, in groups of 32 rows, each stored column by column with the target last.</summary>
public static class PredictorRows
{
    /// <summary>Rows of a group.</summary>
    public const int GroupRows = 32;

    /// <summary>Numbers that so many rows of P columns and a target take.</summary>
    public static int Room(int rows, int columns) => (rows + GroupRows - 1) / GroupRows * GroupRows * (columns + 1);

    /// <summary>Lays rows out; rows of the filling are zero.</summary>
    /// <param name="design">N x P numbers, row by row.</param>
    /// <param name="target">N numbers.</param>
    /// <param name="columns">P.</param>
    /// <param name="groups">Where they are written.</param>
    public static void Lay(ReadOnlySpan<double> design, ReadOnlySpan<double> target, int columns, Span<double> groups)
    {
        groups.Clear();
        for (var n = 0; n < target.Length; n++)
        {
            Put(design.Slice(n * columns, columns), target[n], n, groups);
        }
    }

    /// <summary>Lays chosen rows out; rows of the filling are zero.</summary>
    /// <param name="design">Rows of P numbers.</param>
    /// <param name="target">As many numbers as there are rows.</param>
    /// <param name="rows">Numbers of the chosen rows.</param>
    /// <param name="columns">P.</param>
    /// <param name="groups">Where they are written.</param>
    public static void Gather(
        ReadOnlySpan<double> design,
        ReadOnlySpan<double> target,
        ReadOnlySpan<int> rows,
        int columns,
        Span<double> groups
    )
    {
        groups.Clear();
        for (var n = 0; n < rows.Length; n++)
        {
            Put(design.Slice(rows[n] * columns, columns), target[rows[n]], n, groups);
        }
    }

    private static void Put(ReadOnlySpan<double> row, double target, int n, Span<double> groups)
    {
        var at = (n / GroupRows * GroupRows * (row.Length + 1)) + (n % GroupRows);
        foreach (var value in row)
        {
            groups[at] = value;
            at += GroupRows;
        }

        groups[at] = target;
    }
}

/// <summary>
/// The sum over rows of log p(y_n | eta_n), eta_n = alpha + x_n'beta, with all its derivatives, in one pass over the rows: the value, the
/// derivatives with respect to alpha, to the family's two parameters, and to beta (P), 4 + P numbers in that order.
/// </summary>
/// <param name="data">The rows where they never change; null where they are in the memory.</param>
/// <param name="place">Place of the rows in the memory, where they are there.</param>
/// <param name="arguments">Places of alpha, the family's first and second parameter, and beta.</param>
/// <param name="result">Place of the result, with 8 P numbers of room behind its first 4 + P (filled up to whole vectors).</param>
/// <param name="rows">Number N of rows.</param>
/// <param name="columns">Number P of columns.</param>
public sealed class LinearPredictorStep<TFamily>(
    double[]? data,
    int place,
    PredictorArguments arguments,
    int result,
    int rows,
    int columns
) : PlanStep
    where TFamily : struct, IPredictorFamily
{
    private const int Group = PredictorRows.GroupRows;

    /// <summary>Vectors whose factors below 2 cannot overflow a product.</summary>
    private const int ProductVectors = 512;

    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        var groups = data ?? memory.Slice(place, PredictorRows.Room(rows, columns));
        ref var x = ref MemoryMarshal.GetReference(groups);
        ref var beta = ref MemoryMarshal.GetReference(memory.Slice(arguments.Beta, columns));
        var slopes = memory.Slice(result + Padded(4 + columns), Lanes * columns);
        slopes.Clear();
        ref var slope = ref MemoryMarshal.GetReference(slopes);
        var alpha = Vector512.Create(memory[arguments.Alpha]);
        var first = Vector512.Create(memory[arguments.First]);
        var second = Vector512.Create(memory[arguments.Second]);
        var sums = new PredictorSums { Product = Vector512<double>.One };
        var residuals = Vector512<double>.Zero;
        var logarithms = 0.0;
        var vectors = 0;
        for (var n = 0; n < rows; n += Group)
        {
            var (eta0, eta1, eta2, eta3) = (alpha, alpha, alpha, alpha);
            for (var j = 0; j < columns; j++)
            {
                var b = Vector512.Create(Unsafe.Add(ref beta, j));
                ref var column = ref Unsafe.Add(ref x, j * Group);
                eta0 = Vector512.FusedMultiplyAdd(b, Vector512.LoadUnsafe(ref column), eta0);
                eta1 = Vector512.FusedMultiplyAdd(b, Vector512.LoadUnsafe(ref column, Lanes), eta1);
                eta2 = Vector512.FusedMultiplyAdd(b, Vector512.LoadUnsafe(ref column, 2 * Lanes), eta2);
                eta3 = Vector512.FusedMultiplyAdd(b, Vector512.LoadUnsafe(ref column, 3 * Lanes), eta3);
            }

            ref var y = ref Unsafe.Add(ref x, columns * Group);
            var left = Vector512.Create((double)(rows - n));
            var r0 = Row(eta0, ref y, 0, left, first, second, ref sums);
            var r1 = Row(eta1, ref y, Lanes, left, first, second, ref sums);
            var r2 = Row(eta2, ref y, 2 * Lanes, left, first, second, ref sums);
            var r3 = Row(eta3, ref y, 3 * Lanes, left, first, second, ref sums);
            residuals += (r0 + r1) + (r2 + r3);
            for (var j = 0; j < columns; j++)
            {
                ref var column = ref Unsafe.Add(ref x, j * Group);
                ref var total = ref Unsafe.Add(ref slope, j * Lanes);
                var even = Vector512.FusedMultiplyAdd(
                    r2,
                    Vector512.LoadUnsafe(ref column, 2 * Lanes),
                    Vector512.FusedMultiplyAdd(r0, Vector512.LoadUnsafe(ref column), Vector512.LoadUnsafe(ref total))
                );
                var odd = Vector512.FusedMultiplyAdd(
                    r3,
                    Vector512.LoadUnsafe(ref column, 3 * Lanes),
                    r1 * Vector512.LoadUnsafe(ref column, Lanes)
                );
                (even + odd).StoreUnsafe(ref total);
            }

            x = ref Unsafe.Add(ref y, Group);
            vectors += 4;
            if (vectors >= ProductVectors)
            {
                logarithms += LinearAlgebra.SumLanes(VectorFunctions.Log(sums.Product));
                sums.Product = Vector512<double>.One;
                vectors = 0;
            }
        }

        var answer = memory.Slice(result, 4 + columns);
        logarithms += LinearAlgebra.SumLanes(WholeLine.Log(sums.Product));
        answer[0] = LinearAlgebra.SumLanes(sums.Value) - logarithms;
        answer[1] = LinearAlgebra.SumLanes(residuals);
        answer[2] = LinearAlgebra.SumLanes(sums.First);
        answer[3] = LinearAlgebra.SumLanes(sums.Second);
        for (var j = 0; j < columns; j++)
        {
            answer[4 + j] = LinearAlgebra.SumLanes(Vector512.LoadUnsafe(ref slope, (nuint)(j * Lanes)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Row(
        Vector512<double> eta,
        ref double y,
        int at,
        Vector512<double> left,
        Vector512<double> first,
        Vector512<double> second,
        ref PredictorSums sums
    )
    {
        var mask = Vector512.LessThan(Vector512<double>.Indices + Vector512.Create((double)at), left);
        return TFamily.Add(eta, Vector512.LoadUnsafe(ref y, (nuint)at), first, second, mask, ref sums);
    }
}

/// <summary>Places of the arguments of a <see cref="LinearPredictorStep{TFamily}"/>.</summary>
/// <param name="Alpha">The intercept.</param>
/// <param name="First">The family's first parameter.</param>
/// <param name="Second">The family's second parameter.</param>
/// <param name="Beta">The slopes.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PredictorArguments(int Alpha, int First, int Second, int Beta);
