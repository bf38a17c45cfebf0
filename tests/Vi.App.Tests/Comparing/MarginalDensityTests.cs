using Vi.Charts;
using Vi.Figures;
using Vi.Reports.Comparisons;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Comparing;

/// <summary>Densities that figures draw from summaries and from draws.</summary>
public sealed class MarginalDensityTests
{
    /// <summary>The probability between two values, by Simpson's rule.</summary>
    private static double Mass(DensityEstimate density, double from, double to)
    {
        const int Steps = 4000;
        var step = (to - from) / Steps;
        var sum = density.At(from) + density.At(to);
        for (var i = 1; i < Steps; i++)
        {
            sum += density.At(from + (i * step)) * (i % 2 == 0 ? 2 : 4);
        }

        return sum * step / 3;
    }

    [Theory]
    [InlineData(-1.644854, 0, 1.644854)]
    [InlineData(1, 2, 4)]
    [InlineData(1, 3, 4)]
    [InlineData(0.01, 0.05, 0.5)]
    public void The_density_passes_through_the_quantiles(double q05, double q50, double q95)
    {
        var density = new ResultEntry("mu", "mu", q50, 1, q05, q50, q95).Density(null)!;
        Assert.Equal(0.45, Mass(density, q05, q50), 1e-6);
        Assert.Equal(0.45, Mass(density, q50, q95), 1e-6);
        Assert.InRange(Mass(density, density.From, density.To), 0.9, 1 + 1e-9);
    }

    [Fact]
    public void A_symmetric_density_is_the_normal()
    {
        var density = new ResultEntry("mu", "mu", 3, 2, 3 - 3.2897072539, 3, 3 + 3.2897072539).Density(null)!;
        Assert.Equal(1 / (2 * System.Math.Sqrt(2 * System.Math.PI)), density.At(3), 1e-9);
        Assert.Equal(density.At(3) * System.Math.Exp(-0.5), density.At(5), 1e-9);
    }

    [Fact]
    public void Draws_are_smoothed_and_keep_their_mass()
    {
        double[] draws = [.. Enumerable.Range(0, 500).Select(i => System.Math.Sqrt(i))];
        var density = new ResultEntry("mu", "mu", 0, 0, 0, 0, 0).Density(draws)!;
        // Kernels are reflected at the outermost draws, so none of their mass is lost.
        Assert.Equal(1, Mass(density, density.From, density.To), 1e-6);
        // The density of sqrt(U) rises in proportion to its value.
        Assert.InRange(density.At(15) / density.At(10), 1.35, 1.65);
    }

    [Fact]
    public void Draws_of_a_table_are_found_by_entry()
    {
        var table = DrawTable.Of(
            [Quantity.Scalar("mu"), Quantity.Matrix("B", null, 1, ["low", "high"])],
            [.. Enumerable.Range(0, 5000).SelectMany(i => new double[] { i, -2 * i, (2 * i) + 1 })]
        );
        var result = SampleFits.Fit("nuts") with { Draws = table.Thinned() };
        var mu = new ResultEntry("mu", "mu", 0, 1, -1, 0, 1).DrawsOf(result)!;
        Assert.Equal(2000, mu.Count);
        Assert.Equal((0.0, 4997.0), (mu[0], mu[^1]));
        Assert.True(new ResultEntry("B", "B[1,high]", 0, 1, -1, 0, 1).DrawsOf(result)!.All(draw => draw > 0));
        Assert.Null(new ResultEntry("w", "w[1]", 0, 1, -1, 0, 1).DrawsOf(result));
    }

    [Fact]
    public void What_has_no_spread_has_no_density() =>
        Assert.Null(new ResultEntry("mu", "mu", 1, 0, 1, 1, 1).Density(null));
}
