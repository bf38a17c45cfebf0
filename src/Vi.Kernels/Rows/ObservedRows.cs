using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>Rows in which some entries are missing, written as not a number.</summary>
public static class ObservedRows
{
    private const int Lanes = 8;

    /// <summary>Adds the observed entries of a block's columns: their number, the sum of x - c and the sum of (x - c)^2.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="centre">The point c, D numbers.</param>
    /// <param name="counts">D numbers, added to.</param>
    /// <param name="sums">D numbers, added to.</param>
    /// <param name="squares">D numbers, added to.</param>
    public static void Add(
        Block block,
        ReadOnlySpan<double> centre,
        Span<double> counts,
        Span<double> sums,
        Span<double> squares
    )
    {
        var columns = block.Columns;
        ref var c = ref MemoryMarshal.GetReference(centre[..columns]);
        ref var n = ref MemoryMarshal.GetReference(counts[..columns]);
        ref var s = ref MemoryMarshal.GetReference(sums[..columns]);
        ref var q = ref MemoryMarshal.GetReference(squares[..columns]);
        for (var t = 0; t < block.Rows; t++)
        {
            var row = block.Values.Slice(t * columns, columns);
            ref var x = ref MemoryMarshal.GetReference(row);
            nuint j = 0;
            for (; j + Lanes <= (nuint)columns; j += Lanes)
            {
                var entry = Vector512.LoadUnsafe(ref x, j);
                var seen = Vector512.Equals(entry, entry);
                var deviation = Vector512.ConditionalSelect(
                    seen,
                    entry - Vector512.LoadUnsafe(ref c, j),
                    Vector512<double>.Zero
                );
                var one = Vector512.ConditionalSelect(seen, Vector512<double>.One, Vector512<double>.Zero);
                (Vector512.LoadUnsafe(ref n, j) + one).StoreUnsafe(ref n, j);
                (Vector512.LoadUnsafe(ref s, j) + deviation).StoreUnsafe(ref s, j);
                Vector512.FusedMultiplyAdd(deviation, deviation, Vector512.LoadUnsafe(ref q, j)).StoreUnsafe(ref q, j);
            }

            for (var i = (int)j; i < columns; i++)
            {
                if (!double.IsNaN(row[i]))
                {
                    var deviation = row[i] - centre[i];
                    counts[i] += 1.0;
                    sums[i] += deviation;
                    squares[i] = Math.FusedMultiplyAdd(deviation, deviation, squares[i]);
                }
            }
        }
    }

    /// <summary>
    /// Copies the rows of a block, less c, so that those without gaps come first, in their order, and after them those with gaps. Gives
    /// the number of the former.
    /// </summary>
    /// <param name="block">The rows.</param>
    /// <param name="centre">The point c, D numbers.</param>
    /// <param name="target">As many numbers as the block has.</param>
    public static int Sort(Block block, ReadOnlySpan<double> centre, Span<double> target)
    {
        var columns = block.Columns;
        var complete = 0;
        var gapped = new List<int>();
        for (var t = 0; t < block.Rows; t++)
        {
            var to = target.Slice(complete * columns, columns);
            if (Subtract(block.Values.Slice(t * columns, columns), centre, to))
            {
                complete++;
            }
            else
            {
                gapped.Add(t);
            }
        }

        for (var i = 0; i < gapped.Count; i++)
        {
            var to = target.Slice((complete + i) * columns, columns);
            Subtract(block.Values.Slice(gapped[i] * columns, columns), centre, to);
        }

        return complete;
    }

    /// <summary>target = x - c; false where an entry is missing.</summary>
    private static bool Subtract(ReadOnlySpan<double> x, ReadOnlySpan<double> c, Span<double> target)
    {
        var all = true;
        for (var j = 0; j < x.Length; j++)
        {
            var value = x[j] - c[j];
            target[j] = value;
            all &= !double.IsNaN(value);
        }

        return all;
    }
}
