using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Vi.Kernels;
using Moments = Vi.Math.FSharp.Moments;
using PlannedDensity = Vi.Math.FSharp.PlannedDensity;

namespace Vi.Benchmarks.Kernels;

/// <summary>Hashes of the kernels' results on fixed data, to be compared between hardware paths.</summary>
internal static class Bits
{
    /// <summary>Prints a line for each number of columns.</summary>
    public static int Print()
    {
        foreach (var columns in new[] { 1, 2, 3, 7, 10, 17, 50 })
        {
            var rows = 3 * 128 + 37;
            var values = RandomNumbers.Normal(rows * columns, columns);
            var block = Block.FromRows(values, columns);
            var sums = MixtureKernel.Accumulate(block, MixtureBenchmarks.Parameters(columns, 4), LocalChoice.Expected);
            var (diagonal, tied) = OtherForms(block, MixtureBenchmarks.Parameters(columns, 4));
            var moments = Moments.ofBlock(block);
            var chain = ForwardBackwardKernel.Accumulate(
                block,
                Chain(MixtureBenchmarks.Parameters(columns, 4)),
                LocalChoice.Expected
            );
            var numbers = new List<double>
            {
                sums.Entropy,
                sums.LogNormalizer,
                moments.Weight,
                chain.Entropy,
                chain.LogNormalizer,
            };
            numbers.AddRange([diagonal.Entropy, diagonal.LogNormalizer, tied.Entropy, tied.LogNormalizer]);
            numbers.AddRange(diagonal.Sums);
            numbers.AddRange(diagonal.Squares);
            numbers.AddRange(tied.Sums);
            numbers.AddRange(tied.Scatter);
            numbers.AddRange(chain.Transitions);
            numbers.AddRange(chain.Scatters);
            numbers.AddRange(sums.Counts);
            numbers.AddRange(sums.Sums);
            numbers.AddRange(sums.Scatters);
            numbers.AddRange(moments.Mean.ToArray());
            numbers.AddRange(moments.Scatter.ToArray());
            Factors(values, rows, columns, numbers);
            var hash = SHA256.HashData(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(numbers)));
            Console.WriteLine($"{columns} {Convert.ToHexStringLower(hash)}");
        }

        foreach (
            var model in new[] { "stochastic-volatility-1000", "logistic-128x20", "eight-schools", "network-400x50" }
        )
        {
            var plan = GradientBenchmarks.PlanOf(model);
            var numbers = new double[plan.Dimension + 1];
            var position = RandomNumbers.Normal(plan.Dimension, 1).Select(x => 0.1 * x).ToArray();
            numbers[0] = PlannedDensity
                .ofPlan([], plan)
                .Evaluator.Invoke(null!)
                .ValueAndGradient(position, numbers.AsSpan(1));
            Console.WriteLine(
                $"{model} {Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(numbers.AsSpan())))}"
            );
        }

        return 0;
    }

    /// <summary>Products, eigenvectors, the loops of a factor model over as many columns as there are rows, and a wide table's scatter.</summary>
    private static void Factors(double[] values, int rows, int columns, List<double> numbers)
    {
        var factors = System.Math.Min(columns, 3);
        var gram = new double[columns * columns];
        var across = Enumerable
            .Range(0, columns)
            .SelectMany(j => Enumerable.Range(0, rows).Select(i => values[(i * columns) + j]))
            .ToArray();
        MatrixProducts.RowProducts(across, across, gram, columns, columns, rows);
        var product = new double[rows * columns];
        MatrixProducts.Add(values, gram, product, rows, columns, columns);
        numbers.AddRange(product);
        var vectors = new double[columns * columns];
        SmallMatrices.Eigen(gram, vectors, columns);
        numbers.AddRange(gram);
        numbers.AddRange(vectors);

        var means = across[..(factors * rows)];
        var variances = new double[factors * rows];
        var tau = across[..rows].Select(x => 1 + (x * x)).ToArray();
        var sizes = Enumerable.Range(1, factors).Select(k => (double)k).ToArray();
        FactorKernel.Condition(tau, sizes, means, variances);
        var small = gram[..(factors * factors)];
        var residuals = new double[rows];
        FactorKernel.Residuals(tau, means, variances, across.AsSpan(0, factors * rows), small, small, residuals);
        numbers.AddRange(residuals);
        numbers.Add(FactorKernel.SumOfLogs(variances));
        numbers.Add(
            FactorKernel.Divergence(
                sizes,
                variances,
                means,
                variances,
                across.AsSpan(0, factors * rows),
                tau.SelectMany(x => Enumerable.Repeat(x, factors)).ToArray()
            )
        );

        var wide = Vi.Math.Rows.OfRowMajor(values.AsMemory(0, values.Length / 128 * 128), 128);
        numbers.AddRange(Moments.ofRows(wide).Scatter.ToArray());
    }

    /// <summary>The same components with the first one's whitening for all, and with its diagonal.</summary>
    private static (DiagonalMixtureSums Diagonal, TiedMixtureSums Tied) OtherForms(Block block, MixtureParameters p)
    {
        var d = p.Dimension;
        var whitening = p.Whitening[..(d * d)];
        double[] scales = [.. Enumerable.Range(0, p.Components * d).Select(at => whitening[at % d * (d + 1)])];
        return (
            DiagonalMixtureKernel.Accumulate(
                block,
                new DiagonalMixtureParameters(p.Components, d, p.LogWeights, p.Means, scales),
                LocalChoice.Expected
            ),
            TiedMixtureKernel.Accumulate(
                block,
                new TiedMixtureParameters(p.Components, d, p.LogWeights, p.Means, whitening),
                LocalChoice.Expected
            )
        );
    }

    /// <summary>A chain whose states are the components, at rest with probability 0.7.</summary>
    private static ChainParameters Chain(MixtureParameters components)
    {
        var states = components.Components;
        return new ChainParameters(
            states,
            components.Dimension,
            new double[states],
            [
                .. Enumerable
                    .Range(0, states * states)
                    .Select(at => System.Math.Log(at / states == at % states ? 0.7 : 0.3 / (states - 1))),
            ],
            components.LogWeights,
            components.Means,
            components.Whitening
        );
    }
}
