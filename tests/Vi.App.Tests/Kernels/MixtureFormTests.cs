using Vi.Kernels;
using Xunit;

namespace Vi.App.Tests.Kernels;

/// <summary>
/// The passes for diagonal and tied covariances against the plain loops of full ones, whose whitening is then diagonal or one for all. A
/// distance from a whitened origin rounds by the components' distance, which the tolerance of responsibilities takes in.
/// </summary>
public sealed class MixtureFormTests
{
    private const double Epsilon = 2.220446049250313e-16;

    private static readonly double[] OriginRow = [0.0, 0.0];
    private static readonly double[] Scatter = [9.0, 0.0, -3.0, 1.0];
    private static readonly double[] Halves = [0.5, 0.5];

    [Theory]
    [MemberData(nameof(MixtureKernelTests.Shapes), MemberType = typeof(MixtureKernelTests))]
    public void IndependentColumnsAgreeWithPlainLoops(int rows, int columns, int components, double distance)
    {
        var (values, parameters) = MixtureKernelTests.Case(rows, columns, components, distance);
        var scales = new double[components * columns];
        for (var k = 0; k < components; k++)
        {
            for (var i = 0; i < columns; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    parameters.Whitening[(((k * columns) + i) * columns) + j] = 0.0;
                }

                scales[(k * columns) + i] = parameters.Whitening[(((k * columns) + i) * columns) + i];
            }
        }

        var sums = DiagonalMixtureKernel.Accumulate(
            Block.FromRows(values, columns),
            new DiagonalMixtureParameters(components, columns, parameters.LogWeights, parameters.Means, scales),
            LocalChoice.Expected
        );

        var plain = PlainMixture.Accumulate(values, parameters);
        const double tolerance = 256 * Epsilon;
        AssertClose(plain.Counts, sums.Counts.ToArray(), tolerance * (1 + rows));
        AssertClose(plain.Sums, sums.Sums.ToArray(), tolerance * (1 + plain.AbsoluteSums));
        AssertClose(
            Diagonals(plain.Scatters, components, columns),
            sums.Squares.ToArray(),
            tolerance * (1 + plain.AbsoluteScatters)
        );
        AssertClose([plain.Entropy], [sums.Entropy], tolerance * (1 + rows));
        AssertClose([plain.LogNormalizer], [sums.LogNormalizer], tolerance * (1 + plain.AbsoluteLogs));
    }

    [Theory]
    [MemberData(nameof(MixtureKernelTests.Shapes), MemberType = typeof(MixtureKernelTests))]
    public void ASharedCovarianceAgreesWithPlainLoops(int rows, int columns, int components, double distance)
    {
        var (values, parameters) = MixtureKernelTests.Case(rows, columns, components, distance);
        var whitening = parameters.Whitening[..(columns * columns)];
        for (var k = 1; k < components; k++)
        {
            whitening.CopyTo(parameters.Whitening, k * columns * columns);
        }

        var sums = TiedMixtureKernel.Accumulate(
            Block.FromRows(values, columns),
            new TiedMixtureParameters(components, columns, parameters.LogWeights, parameters.Means, whitening),
            LocalChoice.Expected
        );

        var plain = PlainMixture.Accumulate(values, parameters);
        var apart = 1 + (12 * distance * columns);
        var tolerance = 256 * Epsilon * apart;
        AssertClose(plain.Counts, sums.Counts.ToArray(), tolerance * (1 + rows));
        AssertClose(plain.Sums, sums.Sums.ToArray(), tolerance * (1 + plain.AbsoluteSums));
        var total = new double[columns * columns];
        for (var i = 0; i < columns; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                for (var k = 0; k < components; k++)
                {
                    total[(i * columns) + j] += plain.Scatters[(((k * columns) + i) * columns) + j];
                }
            }
        }

        AssertClose(total, LowerOf(sums.Scatter.ToArray(), columns), tolerance * (1 + plain.AbsoluteScatters));
        AssertClose([plain.Entropy], [sums.Entropy], tolerance * (1 + rows));
        AssertClose([plain.LogNormalizer], [sums.LogNormalizer], tolerance * (1 + plain.AbsoluteLogs));
    }

    /// <summary>A row halfway between two far components shares its weight: what is between the means must be in the scatter.</summary>
    [Fact]
    public void ASharedCovarianceCountsTheDistanceBetweenComponents()
    {
        var sums = TiedMixtureKernel.Accumulate(
            Block.FromRows(OriginRow, 2),
            new TiedMixtureParameters(2, 2, [0.0, 0.0], [-3.0, 1.0, 3.0, -1.0], [1.0, 0.0, 0.0, 1.0]),
            LocalChoice.Expected
        );

        AssertClose(Halves, sums.Counts.ToArray(), 1e-15);
        AssertClose(Scatter, LowerOf(sums.Scatter.ToArray(), 2), 1e-14);
    }

    private static double[] LowerOf(double[] matrix, int columns) =>
        [.. matrix.Select((value, at) => at / columns >= at % columns ? value : 0.0)];

    private static double[] Diagonals(double[] matrices, int components, int columns) =>
        [.. Enumerable.Range(0, components * columns).Select(at => matrices[(at * columns) + (at % columns)])];

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }
}
