using System.Numerics;
using System.Runtime.InteropServices;

namespace Vi.Kernels;

/// <summary>
/// The value of node (Level, Index) of a fold's tree: of the blocks from Index 2^Level up to (Index + 1) 2^Level, as far as they exist.
/// </summary>
/// <param name="Level">Level of the node, 0 for a single block.</param>
/// <param name="Index">Number of the node in its level, from 0.</param>
/// <param name="Value">What the fold gives for its blocks.</param>
public sealed record Subtree<T>(int Level, int Index, T Value);

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
        var root = Subtrees(0, count, count, threads, evaluate, combine);
        return root.Count == 0 ? zero : root[0].Value;
    }

    /// <summary>
    /// What some consecutive blocks contribute to the tree of all of them: its largest subtrees that lie within the blocks, in their order.
    /// There are at most two of each level. Whoever has those of all blocks finishes the tree by <see cref="Join"/>.
    /// </summary>
    /// <param name="first">Number of the first of the blocks, from 0.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="total">Number of all blocks of the tree.</param>
    /// <param name="threads">Most workers at a time, at least 1.</param>
    /// <param name="evaluate">Value of one block; called once for each of them, possibly at the same time for several.</param>
    /// <param name="combine">As for <see cref="Run"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The blocks are not among those of the tree, or there is no worker.</exception>
    public static IReadOnlyList<Subtree<T>> Subtrees<T>(
        int first,
        int count,
        int total,
        int threads,
        Func<int, T> evaluate,
        Func<T, T, T> combine
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, total - count);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var range = new BlockRange(first, first + count, total);
        var joined = new Joining<T>(range, combine);
        var level = Math.Max(0, Levels(count) - Levels(SubtreesPerWorker * threads));
        var shares = threads == 1 ? [.. range.Nodes(31)] : range.Nodes(level).ToArray();
        if (threads == 1 || shares.Length < 2)
        {
            foreach (var node in shares)
            {
                joined.HandIn(node, Value(node, total, evaluate, combine));
            }

            return joined.InOrder();
        }

        var next = -1;
        Parallel.For(
            0,
            Math.Min(threads, shares.Length),
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            _ =>
            {
                for (var i = Interlocked.Increment(ref next); i < shares.Length; i = Interlocked.Increment(ref next))
                {
                    joined.HandIn(shares[i], Value(shares[i], total, evaluate, combine));
                }
            }
        );
        return joined.InOrder();
    }

    /// <summary>
    /// The tree's root from the subtrees of all its blocks, in any order and cut in any way; zero where there are no blocks.
    /// </summary>
    /// <param name="total">Number of all blocks.</param>
    /// <param name="zero">The neutral element.</param>
    /// <param name="subtrees">Values of <see cref="Subtrees"/>, each used once.</param>
    /// <param name="combine">As for <see cref="Run"/>.</param>
    /// <exception cref="ArgumentException">A block is missing, or there twice.</exception>
    public static T Join<T>(int total, T zero, IEnumerable<Subtree<T>> subtrees, Func<T, T, T> combine)
    {
        ArgumentNullException.ThrowIfNull(subtrees);
        ArgumentOutOfRangeException.ThrowIfNegative(total);
        var given = subtrees.OrderBy(subtree => (long)subtree.Index << subtree.Level).ToArray();
        var covered = 0L;
        foreach (var subtree in given)
        {
            if ((long)subtree.Index << subtree.Level != covered || covered >= total)
            {
                throw new ArgumentException(
                    $"The subtrees do not follow each other at block {covered} of {total}.",
                    nameof(subtrees)
                );
            }

            covered = Math.Min(total, (subtree.Index + 1L) << subtree.Level);
        }

        if (covered != total)
        {
            throw new ArgumentException($"The subtrees end at block {covered} of {total}.", nameof(subtrees));
        }

        var joined = new Joining<T>(new BlockRange(0, total, total), combine);
        foreach (var subtree in given)
        {
            joined.HandIn(new Node(subtree.Level, subtree.Index), subtree.Value);
        }

        return total == 0 ? zero : joined.InOrder()[0].Value;
    }

    /// <summary>Levels of the smallest whole tree with so many leaves.</summary>
    private static int Levels(int count) => count < 2 ? 0 : BitOperations.Log2((uint)count - 1) + 1;

    /// <summary>The value of a node, whose first block exists.</summary>
    private static T Value<T>(Node node, int total, Func<int, T> evaluate, Func<T, T, T> combine)
    {
        if (node.Level == 0)
        {
            return evaluate(node.Index);
        }

        var left = Value(node.Left, total, evaluate, combine);
        return node.Right.First < total ? combine(left, Value(node.Right, total, evaluate, combine)) : left;
    }

    /// <summary>Node (Level, Index).</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Node(int Level, int Index)
    {
        public long First => (long)Index << Level;

        public long End => (Index + 1L) << Level;

        public Node Left => new(Level - 1, 2 * Index);

        public Node Right => new(Level - 1, (2 * Index) + 1);

        public Node Sibling => new(Level, Index ^ 1);

        public Node Parent => new(Level + 1, Index >> 1);
    }

    /// <summary>Consecutive blocks of a tree, from the first up to the end.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct BlockRange(int First, int End, int Total)
    {
        /// <summary>The largest nodes of at most this level that lie within the range, in their order; together they are the range.</summary>
        public IEnumerable<Node> Nodes(int level)
        {
            for (var at = First; at < End; )
            {
                var size = Math.Min(BitOperations.Log2((uint)(End - at)), BitOperations.TrailingZeroCount(at));
                size = Math.Min(size, level);
                yield return new Node(size, at >> size);
                at += 1 << size;
            }
        }

        /// <summary>Whether the blocks of a node that exist are all in the range.</summary>
        public bool Holds(Node node) => node.First >= First && Math.Min(node.End, Total) <= End;
    }

    /// <summary>
    /// Joins the nodes of a range as they come, in any order: whoever hands in the second half of a node goes on with the node, until its
    /// other half lies outside the range.
    /// </summary>
    private sealed class Joining<T>(BlockRange range, Func<T, T, T> combine)
    {
        private readonly Dictionary<Node, T> waiting = [];
        private readonly int height = Levels(range.Total);

        public void HandIn(Node node, T value)
        {
            while (node.Level < height)
            {
                var sibling = node.Sibling;
                if (sibling.First < range.Total)
                {
                    if (!range.Holds(sibling))
                    {
                        break;
                    }

                    T? other;
                    lock (waiting)
                    {
                        if (!waiting.Remove(sibling, out other))
                        {
                            waiting.Add(node, value);
                            return;
                        }
                    }

                    value = node.Index < sibling.Index ? combine(value, other) : combine(other, value);
                }

                node = node.Parent;
            }

            lock (waiting)
            {
                waiting.Add(node, value);
            }
        }

        /// <summary>What is left when all nodes are handed in.</summary>
        public Subtree<T>[] InOrder() =>
            [
                .. waiting
                    .OrderBy(entry => entry.Key.First)
                    .Select(entry => new Subtree<T>(entry.Key.Level, entry.Key.Index, entry.Value)),
            ];
    }
}
