using BenchmarkDotNet.Attributes;
using Vi.Kernels;
using Vi.Math.Fluent;

namespace Vi.Benchmarks.Kernels;

/// <summary>
/// One leapfrog step's loops in D coordinates, beside the gradient of a standard normal; and 200 draws of the no-U-turn sampler from one,
/// whose number of leapfrog steps depends on the seed alone.
/// </summary>
public class HamiltonianBenchmarks
{
    private double[] _position = [];
    private double[] _gradient = [];
    private double[] _scales = [];
    private double[] _momentum = [];
    private double[] _other = [];
    private double[] _sum = [];
    private Model? _model;

    [Params(10, 100, 1000)]
    public int D { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _position = RandomNumbers.Normal(D, 1);
        _gradient = RandomNumbers.Normal(D, 2);
        _momentum = RandomNumbers.Normal(D, 3);
        _other = RandomNumbers.Normal(D, 4);
        _sum = RandomNumbers.Normal(D, 5);
        _scales = [.. Enumerable.Repeat(1.0, D)];
        _model = Model.OfDensity([.. Enumerable.Range(0, D).Select(d => $"x[{d}]")], Normal);
    }

    private static double Normal(ReadOnlySpan<double> position, Span<double> gradient)
    {
        gradient.Clear();
        LinearAlgebra.AddScaled(-1.0, position, gradient);
        return -0.5 * LinearAlgebra.Dot(position, position);
    }

    [Benchmark(Baseline = true)]
    public double Gradient() => Normal(_position, _gradient);

    [Benchmark]
    public double Leapfrog()
    {
        HamiltonianKernel.PushAndDrift(1e-9, 1e-9, _scales, _gradient, _momentum, _momentum, _position);
        return HamiltonianKernel.WhitenAndPush(1e-9, _scales, _gradient, _momentum);
    }

    [Benchmark]
    public bool JoinPoints() => HamiltonianKernel.JoinPoints(_momentum, _other, _sum);

    [Benchmark]
    public bool JoinTrees() => HamiltonianKernel.JoinTrees(_sum, _momentum, _other, _scales, _position, _gradient);

    [Benchmark]
    public int Draws() => new ModelRun(
            _model!,
            new NutsInference
            {
                Chains = 1,
                WarmUp = 100,
                Samples = 100,
            }
        ).Finish().Samples!.LeapfrogSteps;
}
