using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>Parameters of K Gaussian components as the kernel reads them.</summary>
/// <param name="Components">Number K of components.</param>
/// <param name="Dimension">Number D of columns.</param>
/// <param name="LogWeights">K constants: log rho_nk = LogWeights[k] - |Whitening_k (x_n - Means_k)|^2 / 2.</param>
/// <param name="Means">K x D.</param>
/// <param name="Whitening">K lower triangles, D x D each.</param>
public sealed record MixtureParameters(
    int Components,
    int Dimension,
    double[] LogWeights,
    double[] Means,
    double[] Whitening
);

/// <summary>Moments of each component about its own mean, in place while a block is read.</summary>
public sealed class MixtureSums(int components, int dimension)
{
    /// <summary>K sums of responsibilities.</summary>
    public double[] Counts { get; } = new double[components];

    /// <summary>K x D sums of responsibility times deviation from the component's mean.</summary>
    public double[] Sums { get; } = new double[components * dimension];

    /// <summary>K lower triangles of responsibility times outer product of deviations.</summary>
    public double[] Scatters { get; } = new double[components * dimension * dimension];

    /// <summary>- sum_nk r_nk log r_nk.</summary>
    public double Entropy { get; set; }

    /// <summary>sum_n log sum_k rho_nk.</summary>
    public double LogNormalizer { get; set; }
}

/// <summary>Responsibilities of a mixture and the statistics they weight, in one pass that never stores N x K numbers.</summary>
public static class MixtureKernel
{
    private const int Lanes = 8;
    private const int Rows = Block.TileRows;

    /// <summary>
    /// Reads a block: responsibilities of each row (softmax of log rho, or all to the largest where <paramref name="hard"/>), and
    /// from them the sums.
    /// </summary>
    public static MixtureSums Accumulate(Block block, MixtureParameters parameters, bool hard)
    {
        var components = parameters.Components;
        var dimension = parameters.Dimension;
        var sums = new MixtureSums(components, dimension);
        var room = ArrayPool<double>.Shared.Rent(((2 * dimension) + components + 1) * Rows);
        try
        {
            var scratch = room.AsSpan(0, 2 * dimension * Rows);
            var responsibilities = room.AsSpan(2 * dimension * Rows, components * Rows);
            for (var t = 0; t < block.TileCount; t++)
            {
                var tile = block.Tile(t);
                LogDensities(tile, parameters, scratch, responsibilities);
                var inTile = block.RowsInTile(t);
                var (entropy, logNormalizer) = hard
                    ? AssignHard(responsibilities, components, inTile)
                    : Normalize(responsibilities, components, inTile);
                sums.Entropy += entropy;
                sums.LogNormalizer += logNormalizer;
                for (var k = 0; k < components; k++)
                {
                    sums.Counts[k] += MomentsKernel.Add(
                        tile,
                        responsibilities.Slice(k * Rows, Rows),
                        parameters.Means.AsSpan(k * dimension, dimension),
                        scratch,
                        sums.Sums.AsSpan(k * dimension, dimension),
                        sums.Scatters.AsSpan(k * dimension * dimension, dimension * dimension)
                    );
                }
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(room);
        }

        return sums;
    }

    /// <summary>Responsibilities of every row of a block, row by row (rows x K), for predictions.</summary>
    public static double[] Responsibilities(Block block, MixtureParameters parameters)
    {
        var components = parameters.Components;
        var result = new double[block.Rows * components];
        var scratch = new double[2 * parameters.Dimension * Rows];
        var responsibilities = new double[components * Rows];
        for (var t = 0; t < block.TileCount; t++)
        {
            LogDensities(block.Tile(t), parameters, scratch, responsibilities);
            var inTile = block.RowsInTile(t);
            Normalize(responsibilities, components, inTile);
            for (var n = 0; n < inTile; n++)
            {
                for (var k = 0; k < components; k++)
                {
                    result[(((t * Rows) + n) * components) + k] = responsibilities[(k * Rows) + n];
                }
            }
        }

        return result;
    }

    /// <summary>log rho of a tile: K rows of <see cref="Block.TileRows"/> numbers.</summary>
    private static void LogDensities(
        ReadOnlySpan<double> tile,
        MixtureParameters parameters,
        Span<double> scratch,
        Span<double> logDensities
    )
    {
        var dimension = parameters.Dimension;
        ref var deviations = ref MemoryMarshal.GetReference(scratch);
        ref var x = ref MemoryMarshal.GetReference(tile);
        for (var k = 0; k < parameters.Components; k++)
        {
            ref var mean = ref MemoryMarshal.GetReference(parameters.Means.AsSpan(k * dimension, dimension));
            ref var whitening = ref MemoryMarshal.GetReference(
                parameters.Whitening.AsSpan(k * dimension * dimension, dimension * dimension)
            );
            for (var j = 0; j < dimension; j++)
            {
                var centre = Vector512.Create(Unsafe.Add(ref mean, j));
                for (var n = 0; n < Rows; n += Lanes)
                {
                    var at = (nuint)((j * Rows) + n);
                    (Vector512.LoadUnsafe(ref x, at) - centre).StoreUnsafe(ref deviations, at);
                }
            }

            var half = Vector512.Create(-0.5);
            var constant = Vector512.Create(parameters.LogWeights[k]);
            ref var target = ref MemoryMarshal.GetReference(logDensities.Slice(k * Rows, Rows));
            for (var n = 0; n < Rows; n += 2 * Lanes)
            {
                SquaredLengths(ref deviations, ref whitening, dimension, n, out var first, out var second);
                Vector512.FusedMultiplyAdd(half, first, constant).StoreUnsafe(ref target, (nuint)n);
                Vector512.FusedMultiplyAdd(half, second, constant).StoreUnsafe(ref target, (nuint)(n + Lanes));
            }
        }
    }

    /// <summary>|L d|^2 for sixteen rows at a time, four rows of the lower triangle L together.</summary>
    internal static void SquaredLengths(
        ref double deviations,
        ref double lower,
        int dimension,
        int n,
        out Vector512<double> first,
        out Vector512<double> second
    )
    {
        first = Vector512<double>.Zero;
        second = Vector512<double>.Zero;
        var i = 0;
        for (; i + 4 <= dimension; i += 4)
        {
            Vector512<double> a0 = default,
                a1 = default,
                a2 = default,
                a3 = default;
            Vector512<double> b0 = default,
                b1 = default,
                b2 = default,
                b3 = default;
            ref var row = ref Unsafe.Add(ref lower, i * dimension);
            // The upper triangle is zero, so all four rows run to the last one's diagonal.
            for (var j = 0; j <= i + 3; j++)
            {
                var x = Vector512.LoadUnsafe(ref deviations, (nuint)((j * Rows) + n));
                var y = Vector512.LoadUnsafe(ref deviations, (nuint)((j * Rows) + n + Lanes));
                var c = Vector512.Create(Unsafe.Add(ref row, j));
                a0 = Vector512.FusedMultiplyAdd(c, x, a0);
                b0 = Vector512.FusedMultiplyAdd(c, y, b0);
                c = Vector512.Create(Unsafe.Add(ref row, j + dimension));
                a1 = Vector512.FusedMultiplyAdd(c, x, a1);
                b1 = Vector512.FusedMultiplyAdd(c, y, b1);
                c = Vector512.Create(Unsafe.Add(ref row, j + (2 * dimension)));
                a2 = Vector512.FusedMultiplyAdd(c, x, a2);
                b2 = Vector512.FusedMultiplyAdd(c, y, b2);
                c = Vector512.Create(Unsafe.Add(ref row, j + (3 * dimension)));
                a3 = Vector512.FusedMultiplyAdd(c, x, a3);
                b3 = Vector512.FusedMultiplyAdd(c, y, b3);
            }

            first = Vector512.FusedMultiplyAdd(a0, a0, first);
            second = Vector512.FusedMultiplyAdd(b0, b0, second);
            first = Vector512.FusedMultiplyAdd(a1, a1, first);
            second = Vector512.FusedMultiplyAdd(b1, b1, second);
            first = Vector512.FusedMultiplyAdd(a2, a2, first);
            second = Vector512.FusedMultiplyAdd(b2, b2, second);
            first = Vector512.FusedMultiplyAdd(a3, a3, first);
            second = Vector512.FusedMultiplyAdd(b3, b3, second);
        }

        for (; i < dimension; i++)
        {
            Vector512<double> a = default,
                b = default;
            for (var j = 0; j <= i; j++)
            {
                var c = Vector512.Create(Unsafe.Add(ref lower, (i * dimension) + j));
                a = Vector512.FusedMultiplyAdd(c, Vector512.LoadUnsafe(ref deviations, (nuint)((j * Rows) + n)), a);
                b = Vector512.FusedMultiplyAdd(
                    c,
                    Vector512.LoadUnsafe(ref deviations, (nuint)((j * Rows) + n + Lanes)),
                    b
                );
            }

            first = Vector512.FusedMultiplyAdd(a, a, first);
            second = Vector512.FusedMultiplyAdd(b, b, second);
        }
    }

    /// <summary>Turns log rho into responsibilities, zero for rows without data; gives their entropy and the log normalisers' sum.</summary>
    private static (double Entropy, double LogNormalizer) Normalize(Span<double> values, int components, int inTile)
    {
        ref var v = ref MemoryMarshal.GetReference(values);
        var entropy = Vector512<double>.Zero;
        var logNormalizer = Vector512<double>.Zero;
        for (var n = 0; n < inTile; n += Lanes)
        {
            var largest = Vector512.LoadUnsafe(ref v, (nuint)n);
            for (var k = 1; k < components; k++)
            {
                largest = Vector512.Max(largest, Vector512.LoadUnsafe(ref v, (nuint)((k * Rows) + n)));
            }

            // With u = log rho - max and e = exp u: log normaliser = max + log s, entropy = log s - sum e u / s.
            var sum = Vector512<double>.Zero;
            var energy = Vector512<double>.Zero;
            for (var k = 0; k < components; k++)
            {
                var u = Vector512.LoadUnsafe(ref v, (nuint)((k * Rows) + n)) - largest;
                var e = Vector512.Exp(u);
                sum += e;
                // exp underflows to 0 while u may be minus infinity: 0 log 0 = 0.
                energy += Vector512.ConditionalSelect(
                    Vector512.Equals(e, Vector512<double>.Zero),
                    Vector512<double>.Zero,
                    e * u
                );
                e.StoreUnsafe(ref v, (nuint)((k * Rows) + n));
            }

            var mask = RowMask(n, inTile);
            var inverse = Vector512<double>.One / sum;
            var log = Vector512.Log(sum);
            entropy += Vector512.ConditionalSelect(mask, log - (energy * inverse), Vector512<double>.Zero);
            logNormalizer += Vector512.ConditionalSelect(mask, largest + log, Vector512<double>.Zero);
            inverse = Vector512.ConditionalSelect(mask, inverse, Vector512<double>.Zero);
            for (var k = 0; k < components; k++)
            {
                var at = (nuint)((k * Rows) + n);
                (Vector512.LoadUnsafe(ref v, at) * inverse).StoreUnsafe(ref v, at);
            }
        }

        ClearRest(values, components, inTile);
        return (LinearAlgebra.SumLanes(entropy), LinearAlgebra.SumLanes(logNormalizer));
    }

    /// <summary>Gives each row wholly to its largest log rho, the first among equals.</summary>
    private static (double Entropy, double LogNormalizer) AssignHard(Span<double> values, int components, int inTile)
    {
        var total = 0.0;
        for (var n = 0; n < Rows; n++)
        {
            var best = 0;
            for (var k = 1; k < components; k++)
            {
                if (values[(k * Rows) + n] > values[(best * Rows) + n])
                {
                    best = k;
                }
            }

            total += n < inTile ? values[(best * Rows) + n] : 0.0;
            for (var k = 0; k < components; k++)
            {
                values[(k * Rows) + n] = k == best && n < inTile ? 1.0 : 0.0;
            }
        }

        return (0.0, total);
    }

    private static Vector512<double> RowMask(int n, int inTile) =>
        Vector512.LessThan(Vector512.Create<double>(n) + Vector512<double>.Indices, Vector512.Create<double>(inTile));

    private static void ClearRest(Span<double> values, int components, int inTile)
    {
        var written = (inTile + Lanes - 1) / Lanes * Lanes;
        for (var k = 0; k < components; k++)
        {
            values.Slice((k * Rows) + written, Rows - written).Clear();
        }
    }
}
