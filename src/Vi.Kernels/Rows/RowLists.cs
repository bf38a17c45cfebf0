using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>Lists of the rows that satisfy a condition, in ascending order; each gives their number.</summary>
internal static class RowLists
{
    private const int Lanes = Tile.Lanes;

    /// <summary>Rows whose value is above zero; there are none in the filling.</summary>
    public static int AboveZero(ReadOnlySpan<double> values, int rows, Span<int> list)
    {
        ref var v = ref MemoryMarshal.GetReference(values);
        var count = 0;
        for (var n = 0; n < rows; n += Lanes)
        {
            var chosen = Vector512.GreaterThan(Vector512.LoadUnsafe(ref v, (nuint)n), Vector512<double>.Zero);
            count = Append(chosen.ExtractMostSignificantBits(), n, list, count);
        }

        return count;
    }

    /// <summary>Rows whose value is not far below the best, NaN among them, and whose guess is not component k.</summary>
    public static int Candidates(
        ReadOnlySpan<double> values,
        ReadOnlySpan<double> best,
        ReadOnlySpan<int> guess,
        int k,
        int rows,
        Span<int> list
    )
    {
        ref var v = ref MemoryMarshal.GetReference(values);
        ref var b = ref MemoryMarshal.GetReference(best);
        ref var g = ref MemoryMarshal.GetReference(guess);
        var margin = Vector512.Create(ResponsibilityKernel.Negligible);
        var count = 0;
        for (var n = 0; n < rows; n += Lanes)
        {
            var hopeless = Vector512.LessThan(
                Vector512.LoadUnsafe(ref v, (nuint)n) + margin,
                Vector512.LoadUnsafe(ref b, (nuint)n)
            );
            var done = Vector256.Equals(Vector256.LoadUnsafe(ref g, (nuint)n), Vector256.Create(k));
            var left = ~(hopeless.ExtractMostSignificantBits() | done.ExtractMostSignificantBits());
            count = Append(left & Present(n, rows), n, list, count);
        }

        return count;
    }

    /// <summary>Rows whose guess is component k.</summary>
    public static int Guessed(ReadOnlySpan<int> guess, int k, int rows, Span<int> list)
    {
        ref var g = ref MemoryMarshal.GetReference(guess);
        var count = 0;
        for (var n = 0; n < rows; n += Lanes)
        {
            var chosen = Vector256.Equals(Vector256.LoadUnsafe(ref g, (nuint)n), Vector256.Create(k));
            count = Append(chosen.ExtractMostSignificantBits() & Present(n, rows), n, list, count);
        }

        return count;
    }

    /// <summary>One bit for each of eight rows that carries data.</summary>
    private static ulong Present(int n, int rows) => rows - n >= Lanes ? 0xFFUL : (1UL << (rows - n)) - 1UL;

    private static int Append(ulong bits, int n, Span<int> list, int count)
    {
        for (; bits != 0; bits &= bits - 1)
        {
            list[count++] = n + BitOperations.TrailingZeroCount(bits);
        }

        return count;
    }
}
