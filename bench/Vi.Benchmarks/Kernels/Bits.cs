using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Vi.Kernels;
using Moments = Vi.Math.FSharp.Moments;

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
            var numbers = new List<double> { sums.Entropy, sums.LogNormalizer, moments.Weight };
            numbers.AddRange(sums.Counts);
            numbers.AddRange(sums.Sums);
            numbers.AddRange(sums.Scatters);
            numbers.AddRange(moments.Mean.ToArray());
            numbers.AddRange(moments.Scatter.ToArray());
            var hash = SHA256.HashData(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(numbers)));
            Console.WriteLine($"{columns} {Convert.ToHexStringLower(hash)}");
        }

        return 0;
    }
}
