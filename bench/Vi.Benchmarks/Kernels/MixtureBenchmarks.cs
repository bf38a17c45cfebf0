using BenchmarkDotNet.Attributes;
using Vi.Kernels;
using Vi.Math;

namespace Vi.Benchmarks.Kernels;

/// <summary>A block through a mixture: responsibilities and the statistics they weight. Components overlap, so that no work can be left out.</summary>
public class MixtureBenchmarks
{
    private Block _block = null!;
    private MixtureParameters _parameters = null!;

    /// <summary>Columns D and components K.</summary>
    public static IEnumerable<object[]> Shapes =>
        [
            [2, 3],
            [2, 5],
            [10, 10],
            [50, 10],
            [100, 10],
        ];

    [ParamsSource(nameof(Shapes))]
    public object[] Shape { get; set; } = [];

    [GlobalSetup]
    public void Setup()
    {
        var columns = (int)Shape[0];
        _block = Block.FromRows(RandomNumbers.Normal(Rows.DefaultBlockRows(columns) * columns, 4), columns);
        _parameters = Parameters(columns, (int)Shape[1]);
    }

    [Benchmark]
    public double Accumulate() => MixtureKernel.Accumulate(_block, _parameters, LocalChoice.Expected).LogNormalizer;

    /// <summary>Components of random shapes whose means lie a quarter of a standard deviation apart.</summary>
    internal static MixtureParameters Parameters(int columns, int components)
    {
        var whitening = new double[components * columns * columns];
        for (var k = 0; k < components; k++)
        {
            var factor = RandomNumbers.PositiveDefinite(columns, 10 + k);
            _ = LinearAlgebra.Cholesky(factor, columns);
            LinearAlgebra.InvertLower(factor, whitening.AsSpan(k * columns * columns, columns * columns), columns);
        }

        return new MixtureParameters(
            components,
            columns,
            RandomNumbers.Normal(components, 5),
            [.. RandomNumbers.Normal(components * columns, 6).Select(value => 0.25 * value)],
            whitening
        );
    }
}
