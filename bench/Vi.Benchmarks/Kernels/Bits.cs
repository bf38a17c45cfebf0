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
            var sums = MixtureKernel.Accumulate(block, MixtureBenchmarks.Parameters(columns, 4), hard: false);
            var moments = Moments.ofBlock(block);
            var chain = ForwardBackwardKernel.Accumulate(block, Chain(MixtureBenchmarks.Parameters(columns, 4)));
            var numbers = new List<double>
            {
                sums.Entropy,
                sums.LogNormalizer,
                moments.Weight,
                chain.Entropy,
                chain.LogNormalizer,
            };
            numbers.AddRange(chain.Transitions);
            numbers.AddRange(chain.Scatters);
            numbers.AddRange(sums.Counts);
            numbers.AddRange(sums.Sums);
            numbers.AddRange(sums.Scatters);
            numbers.AddRange(moments.Mean.ToArray());
            numbers.AddRange(moments.Scatter.ToArray());
            var hash = SHA256.HashData(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(numbers)));
            Console.WriteLine($"{columns} {Convert.ToHexStringLower(hash)}");
        }

        foreach (var model in new[] { "stochastic-volatility-1000", "logistic-128x20", "eight-schools" })
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
