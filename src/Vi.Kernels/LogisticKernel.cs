using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>The weights of a logistic regression as the kernel reads them; P = D, or D + 1 with the intercept last.</summary>
/// <param name="Columns">Number D of columns; the target follows them.</param>
/// <param name="Intercept">Whether a column of ones is added after them.</param>
/// <param name="Centre">D numbers that are taken off the columns.</param>
/// <param name="Mean">P means of the weights.</param>
/// <param name="Whitening">P x P lower triangle W with W'W the weights' covariance.</param>
public sealed record LogisticParameters(int Columns, bool Intercept, double[] Centre, double[] Mean, double[] Whitening)
{
    /// <summary>Number P of weights.</summary>
    public int Weights => Columns + (Intercept ? 1 : 0);
}

/// <summary>Statistics of a block of labelled rows.</summary>
public sealed class LogisticSums(int weights)
{
    /// <summary>P x P lower triangle of sum_n omega_n x_n x_n'.</summary>
    public double[] Gram { get; } = new double[weights * weights];

    /// <summary>P sums of (y_n - 1/2) x_n.</summary>
    public double[] Cross { get; } = new double[weights];

    /// <summary>sum_n KL(PG(1, c_n) || PG(1, 0)), in nats.</summary>
    public double Divergence { get; set; }
}

/// <summary>
/// Labelled rows under uncertain weights, in one pass that never stores N numbers: with z_n = x_n'w, each row's weight omega_n is the
/// mean of its Polya-Gamma factor at c_n^2 = E[z_n^2], or the curvature of -log p(y_n | z_n) at the mean of z_n.
/// </summary>
public static class LogisticKernel
{
    private const int Lanes = 8;
    private const int Rows = Block.TileRows;

    /// <summary>Statistics of a block of D columns and a target of zeros and ones.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="parameters">The weights.</param>
    /// <param name="curvature">
    /// False for Polya-Gamma means; true for the curvature p (1 - p) at the mean weights, with no divergence.
    /// </param>
    public static LogisticSums Accumulate(Block block, LogisticParameters parameters, bool curvature)
    {
        var weights = parameters.Weights;
        var sums = new LogisticSums(weights);
        var zeros = new double[weights];
        var unused = new double[weights];
        var room = ArrayPool<double>.Shared.Rent(((3 * weights) + 2) * Rows);
        try
        {
            var design = room.AsSpan(0, weights * Rows);
            var scratch = room.AsSpan(weights * Rows, 2 * weights * Rows);
            var omega = room.AsSpan(3 * weights * Rows, Rows);
            var kappa = room.AsSpan(((3 * weights) + 1) * Rows, Rows);
            for (var t = 0; t < block.TileCount; t++)
            {
                var tile = block.Tile(t);
                var inTile = block.RowsInTile(t);
                Design(tile, parameters, design);
                sums.Divergence += curvature
                    ? Curvatures(design, parameters, inTile, omega)
                    : LocalFactors(design, parameters, inTile, omega);
                MomentsKernel.Add(design, omega, zeros, scratch, unused, sums.Gram);
                Centred(tile.Slice(parameters.Columns * Rows, Rows), inTile, kappa);
                for (var j = 0; j < weights; j++)
                {
                    sums.Cross[j] += LinearAlgebra.Dot(design.Slice(j * Rows, Rows), kappa);
                }
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(room);
        }

        return sums;
    }

    /// <summary>x - centre, and ones where there is an intercept.</summary>
    private static void Design(ReadOnlySpan<double> tile, LogisticParameters parameters, Span<double> design)
    {
        ref var x = ref MemoryMarshal.GetReference(tile);
        ref var d = ref MemoryMarshal.GetReference(design);
        for (var j = 0; j < parameters.Columns; j++)
        {
            var centre = Vector512.Create(parameters.Centre[j]);
            for (var n = 0; n < Rows; n += Lanes)
            {
                var at = (nuint)((j * Rows) + n);
                (Vector512.LoadUnsafe(ref x, at) - centre).StoreUnsafe(ref d, at);
            }
        }

        if (parameters.Intercept)
        {
            design.Slice(parameters.Columns * Rows, Rows).Fill(1);
        }
    }

    /// <summary>y - 1/2, zero for rows without data.</summary>
    private static void Centred(ReadOnlySpan<double> target, int inTile, Span<double> kappa)
    {
        for (var n = 0; n < Rows; n++)
        {
            kappa[n] = n < inTile ? target[n] - 0.5 : 0;
        }
    }

    /// <summary>Polya-Gamma means at c^2 = (m'x)^2 + |W x|^2, zero for rows without data; gives the divergences' sum.</summary>
    private static double LocalFactors(
        ReadOnlySpan<double> design,
        LogisticParameters parameters,
        int inTile,
        Span<double> omega
    )
    {
        ref var x = ref MemoryMarshal.GetReference(design);
        ref var whitening = ref MemoryMarshal.GetReference(parameters.Whitening.AsSpan());
        ref var target = ref MemoryMarshal.GetReference(omega);
        var total = Vector512<double>.Zero;
        for (var n = 0; n < Rows; n += 2 * Lanes)
        {
            MixtureKernel.SquaredLengths(
                ref x,
                ref whitening,
                parameters.Weights,
                n,
                out var varianceOfFirst,
                out var varianceOfSecond
            );
            total += One(ref x, ref target, n, varianceOfFirst) + One(ref x, ref target, n + Lanes, varianceOfSecond);
        }

        return LinearAlgebra.SumLanes(total);

        Vector512<double> One(ref double x, ref double target, int n, Vector512<double> variance)
        {
            var z = Predictor(ref x, parameters.Mean, n);
            var (mean, divergence) = PolyaGammaKernel.Evaluate(Vector512.FusedMultiplyAdd(z, z, variance));
            var mask = RowMask(n, inTile);
            Vector512.ConditionalSelect(mask, mean, Vector512<double>.Zero).StoreUnsafe(ref target, (nuint)n);
            return Vector512.ConditionalSelect(mask, divergence, Vector512<double>.Zero);
        }
    }

    /// <summary>sigma(z) sigma(-z) at z = m'x, zero for rows without data; gives 0, for there is no local factor.</summary>
    private static double Curvatures(
        ReadOnlySpan<double> design,
        LogisticParameters parameters,
        int inTile,
        Span<double> omega
    )
    {
        ref var x = ref MemoryMarshal.GetReference(design);
        ref var target = ref MemoryMarshal.GetReference(omega);
        for (var n = 0; n < Rows; n += Lanes)
        {
            var e = Vector512.Exp(-Vector512.Abs(Predictor(ref x, parameters.Mean, n)));
            var sum = Vector512<double>.One + e;
            Vector512
                .ConditionalSelect(RowMask(n, inTile), e / (sum * sum), Vector512<double>.Zero)
                .StoreUnsafe(ref target, (nuint)n);
        }

        return 0;
    }

    /// <summary>m'x of eight rows.</summary>
    private static Vector512<double> Predictor(ref double design, double[] mean, int n)
    {
        var sum = Vector512<double>.Zero;
        for (var j = 0; j < mean.Length; j++)
        {
            sum = Vector512.FusedMultiplyAdd(
                Vector512.Create(mean[j]),
                Vector512.LoadUnsafe(ref design, (nuint)((j * Rows) + n)),
                sum
            );
        }

        return sum;
    }

    private static Vector512<double> RowMask(int n, int inTile) =>
        Vector512.LessThan(Vector512.Create<double>(n) + Vector512<double>.Indices, Vector512.Create<double>(inTile));
}
