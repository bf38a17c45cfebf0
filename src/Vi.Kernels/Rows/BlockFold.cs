namespace Vi.Kernels;

/// <summary>
/// Folds over numbered blocks on one core or several. Values are combined in the order of the blocks whoever computed them, so the
/// result is the same bits for any number of threads.
/// </summary>
public static class BlockFold
{
    /// <summary>combine(... combine(f(0), f(1)) ..., f(count - 1)); zero where there are no blocks.</summary>
    /// <param name="count">Number of blocks.</param>
    /// <param name="threads">Most workers at a time, at least 1.</param>
    /// <param name="zero">The neutral element.</param>
    /// <param name="evaluate">Value of one block; called once for each, possibly at the same time for several.</param>
    /// <param name="combine">An associative operation; never called twice at a time.</param>
    public static T Run<T>(int count, int threads, T zero, Func<int, T> evaluate, Func<T, T, T> combine)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var total = zero;
        if (threads == 1 || count <= 1)
        {
            for (var block = 0; block < count; block++)
            {
                var value = evaluate(block);
                total = block == 0 ? value : combine(total, value);
            }

            return total;
        }

        // Blocks are handed out in order, so few values wait for an earlier one.
        var waiting = new Dictionary<int, T>();
        var next = -1;
        var combined = 0;
        Parallel.For(
            0,
            Math.Min(threads, count),
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            _ =>
            {
                for (
                    var block = Interlocked.Increment(ref next);
                    block < count;
                    block = Interlocked.Increment(ref next)
                )
                {
                    var value = evaluate(block);
                    lock (waiting)
                    {
                        waiting.Add(block, value);
                        while (waiting.Remove(combined, out var ready))
                        {
                            total = combined == 0 ? ready : combine(total, ready);
                            combined++;
                        }
                    }
                }
            }
        );
        return total;
    }
}
