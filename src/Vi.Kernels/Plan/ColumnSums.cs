using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// Sums over the rows of a rows x columns matrix in a plan's memory. A column's sum is that of the rows 0, 2, 4, ... and that of the rows 1,
/// 3, 5, ... put together, whatever its place among the columns.
/// </summary>
internal static class ColumnSums
{
    private const int Lanes = PlanStep.Lanes;

    /// <summary>The sum of each column.</summary>
    public static void Plain(Span<double> memory, int a, int y, int rows, int columns) =>
        Run<Unweighted>(memory, a, a, y, rows, columns);

    /// <summary>The sum of each column, row i times the number i of a place.</summary>
    public static void Weighted(Span<double> memory, int a, int weights, int y, int rows, int columns) =>
        Run<ByWeights>(memory, a, weights, y, rows, columns);

    private interface ITerm
    {
        static abstract Vector512<double> Add(Vector512<double> row, double weight, Vector512<double> sum);
    }

    private readonly struct Unweighted : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<double> Add(Vector512<double> row, double weight, Vector512<double> sum) => sum + row;
    }

    private readonly struct ByWeights : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<double> Add(Vector512<double> row, double weight, Vector512<double> sum) =>
            Vector512.FusedMultiplyAdd(Vector512.Create(weight), row, sum);
    }

    private static void Run<TTerm>(Span<double> memory, int a, int weights, int y, int rows, int columns)
        where TTerm : struct, ITerm
    {
        ref var matrix = ref MemoryMarshal.GetReference(memory.Slice(a, (rows * columns) + Lanes));
        ref var weight = ref MemoryMarshal.GetReference(memory.Slice(weights, rows));
        var target = memory.Slice(y, columns);
        Span<double> rest = stackalloc double[Lanes];
        var column = 0;
        for (; column + (4 * Lanes) <= columns; column += 4 * Lanes)
        {
            var (s0, t0) = (Vector512<double>.Zero, Vector512<double>.Zero);
            var (s1, t1) = (Vector512<double>.Zero, Vector512<double>.Zero);
            var (s2, t2) = (Vector512<double>.Zero, Vector512<double>.Zero);
            var (s3, t3) = (Vector512<double>.Zero, Vector512<double>.Zero);
            ref var from = ref Unsafe.Add(ref matrix, column);
            var row = 0;
            for (; row + 2 <= rows; row += 2)
            {
                ref var next = ref Unsafe.Add(ref from, columns);
                var (w, v) = (Unsafe.Add(ref weight, row), Unsafe.Add(ref weight, row + 1));
                s0 = TTerm.Add(Vector512.LoadUnsafe(ref from), w, s0);
                s1 = TTerm.Add(Vector512.LoadUnsafe(ref from, Lanes), w, s1);
                s2 = TTerm.Add(Vector512.LoadUnsafe(ref from, 2 * Lanes), w, s2);
                s3 = TTerm.Add(Vector512.LoadUnsafe(ref from, 3 * Lanes), w, s3);
                t0 = TTerm.Add(Vector512.LoadUnsafe(ref next), v, t0);
                t1 = TTerm.Add(Vector512.LoadUnsafe(ref next, Lanes), v, t1);
                t2 = TTerm.Add(Vector512.LoadUnsafe(ref next, 2 * Lanes), v, t2);
                t3 = TTerm.Add(Vector512.LoadUnsafe(ref next, 3 * Lanes), v, t3);
                from = ref Unsafe.Add(ref next, columns);
            }

            if (row < rows)
            {
                var w = Unsafe.Add(ref weight, row);
                s0 = TTerm.Add(Vector512.LoadUnsafe(ref from), w, s0);
                s1 = TTerm.Add(Vector512.LoadUnsafe(ref from, Lanes), w, s1);
                s2 = TTerm.Add(Vector512.LoadUnsafe(ref from, 2 * Lanes), w, s2);
                s3 = TTerm.Add(Vector512.LoadUnsafe(ref from, 3 * Lanes), w, s3);
            }

            ref var to = ref MemoryMarshal.GetReference(target.Slice(column, 4 * Lanes));
            (s0 + t0).StoreUnsafe(ref to);
            (s1 + t1).StoreUnsafe(ref to, Lanes);
            (s2 + t2).StoreUnsafe(ref to, 2 * Lanes);
            (s3 + t3).StoreUnsafe(ref to, 3 * Lanes);
        }

        for (; column < columns; column += Lanes)
        {
            // A row's last vector may reach past its end; those lanes are not kept.
            var (s, t) = (Vector512<double>.Zero, Vector512<double>.Zero);
            ref var from = ref Unsafe.Add(ref matrix, column);
            var row = 0;
            for (; row + 2 <= rows; row += 2)
            {
                ref var next = ref Unsafe.Add(ref from, columns);
                s = TTerm.Add(Vector512.LoadUnsafe(ref from), Unsafe.Add(ref weight, row), s);
                t = TTerm.Add(Vector512.LoadUnsafe(ref next), Unsafe.Add(ref weight, row + 1), t);
                from = ref Unsafe.Add(ref next, columns);
            }

            if (row < rows)
            {
                s = TTerm.Add(Vector512.LoadUnsafe(ref from), Unsafe.Add(ref weight, row), s);
            }

            (s + t).StoreUnsafe(ref MemoryMarshal.GetReference(rest));
            rest[..Math.Min(Lanes, columns - column)].CopyTo(target[column..]);
        }
    }
}
