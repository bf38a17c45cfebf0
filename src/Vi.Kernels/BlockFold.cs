namespace Vi.Kernels;

/// <summary>
/// Folds over numbered blocks on one core or several. Blocks are summed in groups of fixed size, groups in their order, so the
/// result is the same bits for any number of threads.
/// </summary>
public static class BlockFold
{
    /// <summary>Blocks that one worker sums before the sum is handed over.</summary>
    private const int GroupBlocks = 16;

    /// <summary>combine(... combine(zero, f(0)) ..., f(count - 1)), grouped.</summary>
    /// <param name="count">Number of blocks.</param>
    /// <param name="threads">Most workers at a time, at least 1.</param>
    /// <param name="zero">The neutral element.</param>
    /// <param name="evaluate">Value of one block; called once for each, possibly at the same time for several.</param>
    /// <param name="combine">An associative operation.</param>
    public static T Run<T>(int count, int threads, T zero, Func<int, T> evaluate, Func<T, T, T> combine)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var groups = (count + GroupBlocks - 1) / GroupBlocks;
        if (groups == 0)
        {
            return zero;
        }

        var sums = new T[groups];
        if (threads == 1 || groups == 1)
        {
            for (var group = 0; group < groups; group++)
            {
                sums[group] = SumGroup(group);
            }
        }
        else
        {
            Parallel.For(
                0,
                groups,
                new ParallelOptions { MaxDegreeOfParallelism = threads },
                group => sums[group] = SumGroup(group)
            );
        }

        var total = sums[0];
        for (var group = 1; group < groups; group++)
        {
            total = combine(total, sums[group]);
        }

        return total;

        T SumGroup(int group)
        {
            var first = group * GroupBlocks;
            var sum = evaluate(first);
            for (var block = first + 1; block < Math.Min(first + GroupBlocks, count); block++)
            {
                sum = combine(sum, evaluate(block));
            }

            return sum;
        }
    }
}
