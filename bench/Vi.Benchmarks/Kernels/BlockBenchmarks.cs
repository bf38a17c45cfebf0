using BenchmarkDotNet.Attributes;
using Vi.Kernels;
using Moments = Vi.Math.FSharp.Moments;
using Rows = Vi.Math.Rows;

namespace Vi.Benchmarks.Kernels;

/// <summary>Blocks of rows: building one, and its moments.</summary>
public class BlockBenchmarks
{
    private double[] _values = [];
    private Block _block = null!;

    [Params(2, 10, 50, 100)]
    public int Columns { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _values = RandomNumbers.Normal(Rows.DefaultBlockRows(Columns) * Columns, 4);
        _block = Block.FromRows(_values, Columns);
    }

    [Benchmark]
    public Block Build() => Block.FromRows(_values, Columns);

    [Benchmark]
    public double OfBlock() => Moments.ofBlock(_block).Weight;
}
