using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Benchmarks.Comparison;

/// <summary>What this machine can do at most, measured now, on one thread and on two.</summary>
/// <param name="MultiplyAdds">Fused multiply-adds of float64 a second.</param>
/// <param name="Bytes">Bytes a second read in order from memory.</param>
internal sealed record MachineLimits(double[] MultiplyAdds, double[] Bytes)
{
    private const int Trials = 5;

    /// <summary>Measures all four; takes about a second.</summary>
    public static MachineLimits Measure()
    {
        var memory = GC.AllocateUninitializedArray<double>(1 << 26);
        Array.Fill(memory, 1.0);
        return new MachineLimits(
            [Rate(1, _ => MultiplyAdd()), Rate(2, _ => MultiplyAdd())],
            [Rate(1, _ => ReadAll(memory)), Rate(2, part => ReadAll(memory.AsSpan(part * (1 << 25), 1 << 25)))]
        );
    }

    /// <summary>Best of some trials: amount of work of all threads in a second.</summary>
    private static double Rate(int threads, Func<int, double> work)
    {
        var best = 0.0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var done = new double[threads];
            var clock = Stopwatch.StartNew();
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, t => done[t] = work(t));
            best = System.Math.Max(best, done.Sum() / clock.Elapsed.TotalSeconds);
        }

        return best;
    }

    /// <summary>Twelve independent sums, enough to hide the latency of two units.</summary>
    private static double MultiplyAdd()
    {
        const int rounds = 5_000_000;
        var x = Vector512.Create(0.999);
        Vector512<double> a = x,
            b = x,
            c = x,
            d = x,
            e = x,
            f = x,
            g = x,
            h = x,
            i = x,
            j = x,
            k = x,
            l = x;
        for (var round = 0; round < rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, x);
            b = Vector512.FusedMultiplyAdd(b, x, x);
            c = Vector512.FusedMultiplyAdd(c, x, x);
            d = Vector512.FusedMultiplyAdd(d, x, x);
            e = Vector512.FusedMultiplyAdd(e, x, x);
            f = Vector512.FusedMultiplyAdd(f, x, x);
            g = Vector512.FusedMultiplyAdd(g, x, x);
            h = Vector512.FusedMultiplyAdd(h, x, x);
            i = Vector512.FusedMultiplyAdd(i, x, x);
            j = Vector512.FusedMultiplyAdd(j, x, x);
            k = Vector512.FusedMultiplyAdd(k, x, x);
            l = Vector512.FusedMultiplyAdd(l, x, x);
        }

        // The sum is used, so that no loop is left out.
        var sum = Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
        return double.IsNaN(sum) ? 0.0 : 12.0 * 8.0 * rounds;
    }

    private static double ReadAll(ReadOnlySpan<double> values)
    {
        var vectors = MemoryMarshal.Cast<double, Vector512<double>>(values);
        Vector512<double> a = default,
            b = default,
            c = default,
            d = default;
        for (var i = 0; i + 4 <= vectors.Length; i += 4)
        {
            a += vectors[i];
            b += vectors[i + 1];
            c += vectors[i + 2];
            d += vectors[i + 3];
        }

        return double.IsNaN(Vector512.Sum(a + b + c + d)) ? 0.0 : 8.0 * values.Length;
    }
}
