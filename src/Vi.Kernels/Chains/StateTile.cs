using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// Working memory for some consecutive rows of a chain, column by column: the rows, what each state makes of them, and what probabilities
/// weight of them. Rows beyond the chain's end are zeros.
/// </summary>
internal sealed class StateTile(ChainParameters parameters)
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 128;

    private const int Lanes = 8;

    private readonly double[] values = new double[parameters.Dimension * Rows];
    private readonly double[] deviations = new double[parameters.Dimension * Rows];

    /// <summary>S columns of log rho less the row's largest.</summary>
    public double[] Shifted { get; } = new double[parameters.States * Rows];

    /// <summary>The largest log rho of each row.</summary>
    public double[] Largest { get; } = new double[Rows];

    /// <summary>Reads rows from <paramref name="first"/> on and evaluates every state on them; gives how many rows there are.</summary>
    public int Read(Block chain, int first)
    {
        var count = Math.Min(Rows, chain.Rows - first);
        var d = parameters.Dimension;
        var source = chain.Values.Slice(first * d, count * d);
        if (count < Rows)
        {
            Array.Clear(values);
        }

        for (var j = 0; j < d; j++)
        {
            for (var n = 0; n < count; n++)
            {
                values[(j * Rows) + n] = source[(n * d) + j];
            }
        }

        for (var k = 0; k < parameters.States; k++)
        {
            LogDensities(k);
        }

        Shift();
        return count;
    }

    /// <summary>Adds moments of the rows about the mean of state k; one weight a row, 0 beyond the chain's end.</summary>
    public void AddMoments(int k, ReadOnlySpan<double> weights, ChainSums sums)
    {
        var d = parameters.Dimension;
        Centre(k);
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var x = ref MemoryMarshal.GetArrayDataReference(deviations);
        var count = Vector512<double>.Zero;
        for (var n = 0; n < Rows; n += Lanes)
        {
            count += Vector512.LoadUnsafe(ref w, (nuint)n);
        }

        sums.Counts[k] += LinearAlgebra.SumLanes(count);
        for (var i = 0; i < d; i++)
        {
            var sum = Vector512<double>.Zero;
            for (var n = 0; n < Rows; n += Lanes)
            {
                var at = (nuint)((i * Rows) + n);
                sum = Vector512.FusedMultiplyAdd(
                    Vector512.LoadUnsafe(ref w, (nuint)n),
                    Vector512.LoadUnsafe(ref x, at),
                    sum
                );
            }

            sums.Sums[(k * d) + i] += LinearAlgebra.SumLanes(sum);
            for (var j = 0; j <= i; j++)
            {
                sums.Scatters[(((k * d) + i) * d) + j] += WeightedProduct(ref w, ref x, i, j);
            }
        }
    }

    private static double WeightedProduct(ref double w, ref double x, int i, int j)
    {
        var sum = Vector512<double>.Zero;
        for (var n = 0; n < Rows; n += Lanes)
        {
            var product =
                Vector512.LoadUnsafe(ref x, (nuint)((i * Rows) + n))
                * Vector512.LoadUnsafe(ref x, (nuint)((j * Rows) + n));
            sum = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref w, (nuint)n), product, sum);
        }

        return LinearAlgebra.SumLanes(sum);
    }

    private void Centre(int k)
    {
        ref var x = ref MemoryMarshal.GetArrayDataReference(values);
        ref var target = ref MemoryMarshal.GetArrayDataReference(deviations);
        for (var j = 0; j < parameters.Dimension; j++)
        {
            var mean = Vector512.Create(parameters.Means[(k * parameters.Dimension) + j]);
            for (var n = 0; n < Rows; n += Lanes)
            {
                var at = (nuint)((j * Rows) + n);
                (Vector512.LoadUnsafe(ref x, at) - mean).StoreUnsafe(ref target, at);
            }
        }
    }

    private void LogDensities(int k)
    {
        var d = parameters.Dimension;
        Centre(k);
        ref var x = ref MemoryMarshal.GetArrayDataReference(deviations);
        ref var lower = ref parameters.Whitening[k * d * d];
        ref var target = ref Shifted[k * Rows];
        var constant = Vector512.Create(parameters.LogConstants[k]);
        var half = Vector512.Create(-0.5);
        for (var n = 0; n < Rows; n += Lanes)
        {
            var length = Vector512<double>.Zero;
            for (var i = 0; i < d; i++)
            {
                var whitened = Vector512<double>.Zero;
                for (var j = 0; j <= i; j++)
                {
                    whitened = Vector512.FusedMultiplyAdd(
                        Vector512.Create(Unsafe.Add(ref lower, (i * d) + j)),
                        Vector512.LoadUnsafe(ref x, (nuint)((j * Rows) + n)),
                        whitened
                    );
                }

                length = Vector512.FusedMultiplyAdd(whitened, whitened, length);
            }

            Vector512.FusedMultiplyAdd(half, length, constant).StoreUnsafe(ref target, (nuint)n);
        }
    }

    private void Shift()
    {
        ref var v = ref MemoryMarshal.GetArrayDataReference(Shifted);
        for (var n = 0; n < Rows; n += Lanes)
        {
            var largest = Vector512.LoadUnsafe(ref v, (nuint)n);
            for (var k = 1; k < parameters.States; k++)
            {
                largest = Vector512.Max(largest, Vector512.LoadUnsafe(ref v, (nuint)((k * Rows) + n)));
            }

            largest.StoreUnsafe(ref MemoryMarshal.GetArrayDataReference(Largest), (nuint)n);
            for (var k = 0; k < parameters.States; k++)
            {
                var at = (nuint)((k * Rows) + n);
                (Vector512.LoadUnsafe(ref v, at) - largest).StoreUnsafe(ref v, at);
            }
        }
    }
}
