using BenchmarkDotNet.Attributes;
using Vi.Kernels;

namespace Vi.Benchmarks.Kernels;

/// <summary>Inner products and triangular factors of n columns.</summary>
public class LinearAlgebraBenchmarks
{
    private double[] _matrix = [];
    private double[] _factor = [];
    private double[] _work = [];
    private double[] _x = [];
    private double[] _y = [];

    [Params(2, 10, 50, 100)]
    public int N { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _matrix = RandomNumbers.PositiveDefinite(N, 1);
        _factor = [.. _matrix];
        _work = new double[N * N];
        _ = LinearAlgebra.Cholesky(_factor, N);
        _x = RandomNumbers.Normal(N, 2);
        _y = RandomNumbers.Normal(N, 3);
    }

    [Benchmark]
    public double Dot() => LinearAlgebra.Dot(_x, _y);

    [Benchmark]
    public int Cholesky()
    {
        _matrix.CopyTo(_work, 0);
        return LinearAlgebra.Cholesky(_work, N);
    }

    [Benchmark]
    public double SolveLower()
    {
        _x.CopyTo(_y, 0);
        LinearAlgebra.SolveLower(_factor, _y, N);
        return _y[0];
    }

    [Benchmark]
    public double InvertLower()
    {
        LinearAlgebra.InvertLower(_factor, _work, N);
        return _work[0];
    }
}
