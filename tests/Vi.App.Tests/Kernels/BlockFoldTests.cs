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
