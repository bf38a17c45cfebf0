using System.Numerics;

namespace Vi.Kernels;

/// <summary>
/// Folds over numbered blocks along one fixed binary tree: node (l, i) covers the blocks from i 2^l up to (i + 1) 2^l, and a node whose
/// right half lies beyond the last block is its left half. Whoever computes a subtree, the result is the same bits.
/// </summary>
public static class BlockFold
{
    /// <summary>Subtrees a worker takes on average: enough to share unequal work, few enough that handing in costs nothing.</summary>
    private const int SubtreesPerWorker = 8;

    /// <summary>The tree's root; zero where there are no blocks.</summary>
    /// <param name="count">Number of blocks.</param>
    /// <param name="threads">Most workers at a time, at least 1.</param>
    /// <param name="zero">The neutral element.</param>
    /// <param name="evaluate">Value of one block; called once for each, possibly at the same time for several.</param>
    /// <param name="combine">
    /// Joins the values of a left and a right half, each of which it gets once, so that it may write the result in place; called
    /// possibly at the same time for several.
    /// </param>
    public static T Run<T>(int count, int threads, T zero, Func<int, T> evaluate, Func<T, T, T> combine)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (count == 0)
        {
            return zero;
        }

        var height = Levels(count);
        if (threads == 1 || count == 1)
        {
            return Subtree(height, 0, count, evaluate, combine);
        }

        var level = Math.Max(0, height - Levels(SubtreesPerWorker * threads));
        var subtrees = ((count - 1) >> level) + 1;
        var tree = new Joining<T>(count, combine);
        var next = -1;
        Parallel.For(
            0,
            Math.Min(threads, subtrees),
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            _ =>
            {
                for (var i = Interlocked.Increment(ref next); i < subtrees; i = Interlocked.Increment(ref next))
                {
                    tree.HandIn(level, i, Subtree(level, i, count, evaluate, combine));
                }
            }
        );
        return tree.Root;
    }

    /// <summary>Levels of the smallest whole tree with so many leaves.</summary>
    private static int Levels(int count) => BitOperations.Log2((uint)count - 1) + (count > 1 ? 1 : 0);

    /// <summary>The value of node (level, index), whose first block exists.</summary>
    private static T Subtree<T>(int level, int index, int count, Func<int, T> evaluate, Func<T, T, T> combine)
    {
        if (level == 0)
        {
            return evaluate(index);
        }

        var left = Subtree(level - 1, 2 * index, count, evaluate, combine);
        return Exists(level - 1, (2 * index) + 1, count)
            ? combine(left, Subtree(level - 1, (2 * index) + 1, count, evaluate, combine))
            : left;
    }

    private static bool Exists(int level, int index, int count) => (long)index << level < count;

    /// <summary>Joins subtrees as they come: whoever hands in the second half of a node goes on with the node.</summary>
    private sealed class Joining<T>(int count, Func<T, T, T> combine)
    {
        private readonly Dictionary<(int Level, int Index), T> waiting = [];

        /// <summary>The root, once every subtree has been handed in.</summary>
        public T Root { get; private set; } = default!;

        public void HandIn(int level, int index, T value)
        {
            while (index > 0 || Exists(level, 1, count))
            {
                var sibling = index ^ 1;
                if (Exists(level, sibling, count))
                {
                    T? other;
                    lock (waiting)
                    {
                        if (!waiting.Remove((level, sibling), out other))
                        {
                            waiting.Add((level, index), value);
                            return;
                        }
                    }

                    value = index < sibling ? combine(value, other) : combine(other, value);
                }

                level++;
                index >>= 1;
            }

            Root = value;
        }
    }
}
