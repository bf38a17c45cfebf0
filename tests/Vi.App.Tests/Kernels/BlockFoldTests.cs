using Vi.Kernels;
using Xunit;

namespace Vi.App.Tests.Kernels;

/// <summary>The fold is one fixed tree over the blocks, whoever computes it.</summary>
public sealed class BlockFoldTests
{
    [Fact]
    public void TheTreeIsTheSameOnAnyNumberOfThreads()
    {
        foreach (var count in Enumerable.Range(1, 40).Append(1000))
        {
            var expected = Node(Height(count), 0, count);
            foreach (var threads in new[] { 1, 2, 3, 4, 16 })
            {
                var fold = BlockFold.Run(count, threads, "", block => $"{block}", (left, right) => $"({left} {right})");
                Assert.Equal(expected, fold);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void WithoutBlocksTheFoldIsZero(int threads) =>
        Assert.Equal("zero", BlockFold.Run(0, threads, "zero", _ => "block", (left, _) => left));

    [Fact]
    public void EveryPartIsCombinedOnceSoThatItMayBeWrittenInPlace()
    {
        foreach (var threads in new[] { 1, 3 })
        {
            var parts = BlockFold.Run(
                777,
                threads,
                new List<int>(),
                block => new List<int> { block },
                (left, right) =>
                {
                    left.AddRange(right);
                    right.Clear();
                    return left;
                }
            );
            Assert.Equal(Enumerable.Range(0, 777), parts);
        }
    }

    [Fact]
    public void RangesHandInTheirLargestSubtreesInOrder()
    {
        // Blocks 3 to 10 of 11: 3, 4-7, and 8-10, to which no block is missing.
        var parts = Text(3, 8, 11, 1);
        Assert.Equal(["3", "((4 5) (6 7))", "((8 9) 10)"], parts.Select(part => part.Value));
        Assert.Equal([3L, 4L, 8L], parts.Select(part => (long)part.Index << part.Level));
        Assert.Equal(parts, Text(3, 8, 11, 3));
        Assert.Empty(Text(5, 0, 11, 2));
    }

    [Fact]
    public void SubtreesOfAnyRangesJoinToTheTree()
    {
        var random = new Random(7);
        foreach (var count in Enumerable.Range(1, 40).Append(1000))
        {
            for (var trial = 0; trial < 10; trial++)
            {
                var cuts = Enumerable.Range(0, trial).Select(_ => random.Next(count + 1)).Append(0).Append(count);
                var ends = cuts.Order().ToArray();
                var parts = ends.Zip(ends.Skip(1))
                    .SelectMany(range => Text(range.First, range.Second - range.First, count, 1 + (trial % 3)))
                    .ToArray();
                random.Shuffle(parts);
                Assert.Equal(Node(Height(count), 0, count), BlockFold.Join(count, "", parts, Pair));
            }
        }
    }

    [Fact]
    public void SubtreesThatAreNotAllOfTheBlocksAreRefused()
    {
        var parts = Text(0, 11, 11, 1).Concat(Text(0, 2, 11, 1));
        Assert.Throws<ArgumentException>(() => BlockFold.Join(11, "", parts, Pair));
        Assert.Throws<ArgumentException>(() => BlockFold.Join(11, "", Text(0, 10, 11, 1), Pair));
        Assert.Throws<ArgumentException>(() => BlockFold.Join(11, "", Text(1, 10, 11, 1), Pair));
        Assert.Throws<ArgumentException>(() => BlockFold.Join(0, "", Text(0, 1, 1, 1), Pair));
        Assert.Throws<ArgumentOutOfRangeException>(() => Text(4, 8, 11, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Text(-1, 2, 11, 1));
        Assert.Equal("zero", BlockFold.Join(0, "zero", [], Pair));
    }

    private static string Pair(string left, string right) => $"({left} {right})";

    private static IReadOnlyList<Subtree<string>> Text(int first, int count, int total, int threads) =>
        BlockFold.Subtrees(first, count, total, threads, block => $"{block}", Pair);

    /// <summary>Node (level, index) covers the blocks from index 2^level on; a right half beyond the last block is left out.</summary>
    private static string Node(int level, int index, int count)
    {
        if (level == 0)
        {
            return $"{index}";
        }

        var left = Node(level - 1, 2 * index, count);
        return ((2 * index) + 1) * (1 << (level - 1)) < count
            ? $"({left} {Node(level - 1, (2 * index) + 1, count)})"
            : left;
    }

    private static int Height(int count)
    {
        var height = 0;
        while (1 << height < count)
        {
            height++;
        }

        return height;
    }
}
