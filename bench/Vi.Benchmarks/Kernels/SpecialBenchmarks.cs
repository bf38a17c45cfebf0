using BenchmarkDotNet.Attributes;
using Vi.Math.FSharp;

namespace Vi.Benchmarks.Kernels;

/// <summary>Special functions, a thousand arguments a call.</summary>
public class SpecialBenchmarks
{
    private const int Count = 1000;
    private readonly double[] _arguments = [.. Enumerable.Range(1, Count).Select(i => 0.05 * i)];

    [Benchmark(OperationsPerInvoke = Count)]
    public double Digamma() => _arguments.Sum(Special.digamma);

    [Benchmark(OperationsPerInvoke = Count)]
    public double LogGamma() => _arguments.Sum(Special.logGamma);
}
