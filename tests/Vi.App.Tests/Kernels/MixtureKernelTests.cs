using Vi.Kernels;
using Xunit;

namespace Vi.App.Tests.Kernels;

/// <summary>
/// The kernels against plain loops that leave nothing out. Sums over rows are taken in another order, so results agree within
/// 256 units in the last place of the sum of absolute values: far more than the square root of the rows, far less than an error.
/// </summary>
public sealed class MixtureKernelTests
{
    private const double Tolerance = 256.0 * 2.220446049250313e-16;

    public static TheoryData<int, int, int, double> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int, int, double>();
            foreach (var columns in Enumerable.Range(1, 17).Append(33))
            {
                // Close components share rows; far ones leave pairs out.
                shapes.Add(1 + (columns * 37 % 400), columns, 1 + (columns % 4), 0.5);
                shapes.Add(700, columns, 5, 12.0);
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void StatisticsAgreeWithPlainLoops(int rows, int columns, int components, double distance)
    {
        var (values, parameters) = Case(rows, columns, components, distance);

        var sums = MixtureKernel.Accumulate(Block.FromRows(values, columns), parameters, LocalChoice.Expected);

        var plain = PlainMixture.Accumulate(values, parameters);
        AssertClose(plain.Counts, sums.Counts.ToArray(), plain.Counts.Max());
        AssertClose(plain.Sums, sums.Sums.ToArray(), plain.AbsoluteSums);
        AssertClose(plain.Scatters, sums.Scatters.ToArray(), plain.AbsoluteScatters);
        AssertClose([plain.Entropy], [sums.Entropy], rows);
        AssertClose([plain.LogNormalizer], [sums.LogNormalizer], plain.AbsoluteLogs);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ResponsibilitiesOfARowAddUpToOne(int rows, int columns, int components, double distance)
    {
        var (values, parameters) = Case(rows, columns, components, distance);

        var responsibilities = MixtureKernel.Responsibilities(Block.FromRows(values, columns), parameters);

        Assert.Equal(rows * components, responsibilities.Length);
        foreach (var row in responsibilities.Chunk(components))
        {
            Assert.Equal(1.0, row.Sum(), 4e-16 * components);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e6)]
    public void MomentsOfABlockAgreeWithPlainLoopsWhereverTheDataLie(double shift)
    {
        foreach (var (rows, columns) in new[] { (1, 1), (7, 3), (128, 4), (129, 9), (1000, 17) })
        {
            var (values, _) = Case(rows, columns, 1, 1.0);
            values = [.. values.Select(value => value + shift)];

            var moments = Vi.Math.FSharp.Moments.ofBlock(Block.FromRows(values, columns));

            var means = Enumerable
                .Range(0, columns)
                .Select(j => values.Where((_, at) => at % columns == j).Average(value => value - shift))
                .ToArray();
            for (var i = 0; i < columns; i++)
            {
                // The plain mean itself rounds a thousand times.
                Assert.Equal(shift + means[i], moments.Mean[i], 1e-14 + (2e-16 * shift));
                for (var j = 0; j < columns; j++)
                {
                    var expected = values
                        .Chunk(columns)
                        .Sum(row => (row[i] - shift - means[i]) * (row[j] - shift - means[j]));
                    Assert.Equal(expected, moments.Scatter[i, j], 1e-9 * rows);
                }
            }
        }
    }

    private static void AssertClose(double[] expected, double[] actual, double scale)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], Tolerance * (1.0 + scale));
        }
    }

    internal static (double[] Values, MixtureParameters Parameters) Case(
        int rows,
        int columns,
        int components,
        double distance
    )
    {
        // A fixed seed is the point; nothing here is a secret.
#pragma warning disable CA5394
        var random = new Random((rows * 31) + columns);
        double Normal() => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6.0;
        var means = Enumerable.Range(0, components * columns).Select(_ => distance * Normal()).ToArray();
        var whitening = new double[components * columns * columns];
        for (var k = 0; k < components; k++)
        {
            for (var i = 0; i < columns; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    whitening[(((k * columns) + i) * columns) + j] =
                        i == j ? 0.5 + random.NextDouble() : 0.2 * Normal();
                }
            }
        }

        var values = Enumerable
            .Range(0, rows)
            .SelectMany(n => Enumerable.Range(0, columns).Select(j => means[(n % components * columns) + j] + Normal()))
            .ToArray();
        var logWeights = Enumerable.Range(0, components).Select(_ => Normal()).ToArray();
#pragma warning restore CA5394
        return (values, new MixtureParameters(components, columns, logWeights, means, whitening));
    }
}
