using Vi.App.Models.Regimes;
using Vi.Data.Problems;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>Chains that do not fit are refused before anything is read.</summary>
public sealed class ChainMemoryTests
{
    [Fact]
    public void A_chain_that_does_not_fit_is_refused_with_figures_and_a_remedy()
    {
        // 100 million rows x (16 x 2 + 24 x 3 + 64) bytes.
        var error = Assert.Throws<ExperimentException>(() => ChainMemory.Require(100_000_000, 2, 3, 16_000_000_000));
        Assert.Contains("needs about 16.8 GB, and 16 GB are available", error.Message, StringComparison.Ordinal);
        Assert.Contains("Use fewer rows", error.Message, StringComparison.Ordinal);
        ChainMemory.Require(100_000_000, 2, 3, 17_000_000_000);
    }

    [Fact]
    public void A_chain_longer_than_an_array_is_refused_whatever_the_memory()
    {
        var error = Assert.Throws<ExperimentException>(() => ChainMemory.Require(300_000_000, 8, 2, long.MaxValue));
        Assert.Contains("more than the", error.Message, StringComparison.Ordinal);
    }
}
