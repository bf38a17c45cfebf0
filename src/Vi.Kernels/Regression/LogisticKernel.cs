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

/// <summary>Statistics of labelled rows.</summary>
public sealed class LogisticSums(int weights) : BlockSums(2 + weights + (weights * weights))
{
    /// <summary>Number of rows.</summary>
    public double Rows
    {
        get => Part(0, 1)[0];
        internal set => Part(0, 1)[0] = value;
    }

    /// <summary>sum_n KL(PG(1, c_n) || PG(1, 0)), in nats.</summary>
    public double Divergence
    {
        get => Part(1, 1)[0];
        internal set => Part(1, 1)[0] = value;
    }

    /// <summary>P sums of (y_n - 1/2) x_n.</summary>
    public Span<double> Cross => Part(2, weights);

    /// <summary>P x P lower triangle of sum_n omega_n x_n x_n'.</summary>
    public Span<double> Gram => Part(2 + weights, weights * weights);
}

/// <summary>log p(y | X, w) of labelled rows and its gradient in the weights.</summary>
public sealed class LogisticLikelihood(int weights) : BlockSums(1 + weights)
{
    /// <summary>The sum over rows of log p(y_n | z_n), in nats.</summary>
    public double Value
    {
        get => Part(0, 1)[0];
        internal set => Part(0, 1)[0] = value;
    }

    /// <summary>P sums of (y_n - p_n) x_n.</summary>
    public Span<double> Gradient => Part(1, weights);
}

/// <summary>
/// Labelled rows under uncertain weights, in one pass that never stores N numbers: with z_n = x_n'w, each row's weight omega_n is the
/// mean of its Polya-Gamma factor at c_n^2 = E[z_n^2], or the curvature of -log p(y_n | z_n) at the mean of z_n.
/// </summary>
public static class LogisticKernel
{
    private const int Lanes = Tile.Lanes;
    private const int Stride = Tile.Stride;

    /// <summary>Statistics of a block of D columns and a target of zeros and ones.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="parameters">The weights.</param>
    /// <param name="choice">Polya-Gamma means, or draws at the mean weights, which have no divergence.</param>
    public static LogisticSums Accumulate(Block block, LogisticParameters parameters, LocalChoice choice) =>
        Sum(block, parameters, choice);

    /// <summary>The same with the curvature p (1 - p) at the mean weights in place of omega, and no divergence.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="parameters">The weights.</param>
    public static LogisticSums AccumulateCurvature(Block block, LogisticParameters parameters) =>
        Sum(block, parameters, null);

    /// <summary>log p(y | X, w) of a block at the mean weights, and its gradient.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="parameters">The weights, whose spread is not read.</param>
    public static LogisticLikelihood AccumulateLikelihood(Block block, LogisticParameters parameters)
    {
        var weights = parameters.Weights;
        var sums = new LogisticLikelihood(weights);
        var buffer = ArrayPool<double>.Shared.Rent((weights * Stride) + (2 * Block.TileRows));
        try
        {
            var design = buffer.AsSpan(0, weights * Stride);
            var residuals = buffer.AsSpan(weights * Stride, Block.TileRows);
            var kappa = buffer.AsSpan((weights * Stride) + Block.TileRows, Block.TileRows);
            for (var first = 0; first < block.Rows; first += Block.TileRows)
            {
                var rows = Math.Min(Block.TileRows, block.Rows - first);
                var padded = Tile.Padded(rows);
                var values = block.Values.Slice(first * block.Columns, rows * block.Columns);
                Read(values, rows, parameters, design, kappa);
                sums.Value += Residuals(design, parameters, kappa, rows, residuals);
                for (var j = 0; j < weights; j++)
                {
                    sums.Gradient[j] += LinearAlgebra.Dot(design.Slice(j * Stride, padded), residuals[..padded]);
                }
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(buffer);
        }

        return sums;
    }

    private static LogisticSums Sum(Block block, LogisticParameters parameters, LocalChoice? choice)
    {
        var stream = new UniformStream(choice?.State ?? 0, choice?.Gamma ?? 1);
        var weights = parameters.Weights;
        var sums = new LogisticSums(weights) { Rows = block.Rows };
        var buffer = ArrayPool<double>.Shared.Rent((2 * ((weights * Stride) + Block.TileRows)) + weights);
        try
        {
            var design = buffer.AsSpan(0, weights * Stride);
            var weighted = buffer.AsSpan(weights * Stride, weights * Stride);
            var omega = buffer.AsSpan(2 * weights * Stride, Block.TileRows);
            var kappa = buffer.AsSpan((2 * weights * Stride) + Block.TileRows, Block.TileRows);
            var unused = buffer.AsSpan(2 * ((weights * Stride) + Block.TileRows), weights);
            for (var first = 0; first < block.Rows; first += Block.TileRows)
            {
                var rows = Math.Min(Block.TileRows, block.Rows - first);
                var padded = Tile.Padded(rows);
                var values = block.Values.Slice(first * block.Columns, rows * block.Columns);
                Read(values, rows, parameters, design, kappa);
                sums.Divergence += choice?.Kind switch
                {
                    null => Curvatures(design, parameters, rows, omega),
                    LocalKind.Drawn => Draws(design, parameters, rows, omega, ref stream),
                    _ => LocalFactors(design, parameters, rows, omega),
                };
                MomentsKernel.AddWeighted(design, omega[..padded], weighted, unused, sums.Gram);
                for (var j = 0; j < weights; j++)
                {
                    sums.Cross[j] += LinearAlgebra.Dot(design.Slice(j * Stride, padded), kappa[..padded]);
                }
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(buffer);
        }

        return sums;
    }

    /// <summary>x - centre, and ones where there is an intercept, as a tile; y - 1/2, zero for rows of the filling.</summary>
    private static void Read(
        ReadOnlySpan<double> values,
        int rows,
        LogisticParameters parameters,
        Span<double> design,
        Span<double> kappa
    )
    {
        var columns = parameters.Columns;
        Tile.Load(values, columns + 1, parameters.Centre, design);
        if (parameters.Intercept)
        {
            design.Slice(columns * Stride, Tile.Padded(rows)).Fill(1);
        }

        kappa.Clear();
        for (var n = 0; n < rows; n++)
        {
            kappa[n] = values[(n * (columns + 1)) + columns] - 0.5;
        }
    }

    /// <summary>Polya-Gamma means at c^2 = (m'x)^2 + |W x|^2, zero for rows of the filling; gives the divergences' sum.</summary>
    private static double LocalFactors(
        ReadOnlySpan<double> design,
        LogisticParameters parameters,
        int rows,
        Span<double> omega
    )
    {
        var weights = parameters.Weights;
        var padded = Tile.Padded(rows);
        DistanceKernel.LogDensities(design, parameters.Whitening, weights, weights, 0, padded, omega);
        ref var x = ref MemoryMarshal.GetReference(design);
        ref var target = ref MemoryMarshal.GetReference(omega);
        var total = Vector512<double>.Zero;
        for (var n = 0; n < padded; n += Lanes)
        {
            var variance = Vector512.Create(-2.0) * Vector512.LoadUnsafe(ref target, (nuint)n);
            var z = Predictor(ref x, parameters.Mean, n);
            var (mean, divergence) = PolyaGammaKernel.Evaluate(Vector512.FusedMultiplyAdd(z, z, variance));
            var mask = ResponsibilityKernel.RowMask(n, rows);
            Vector512.ConditionalSelect(mask, mean, Vector512<double>.Zero).StoreUnsafe(ref target, (nuint)n);
            total += Vector512.ConditionalSelect(mask, divergence, Vector512<double>.Zero);
        }

        return LinearAlgebra.SumLanes(total);
    }

    /// <summary>Draws of PG(1, z) at z = m'x, zero for rows of the filling; gives 0.</summary>
    private static double Draws(
        ReadOnlySpan<double> design,
        LogisticParameters parameters,
        int rows,
        Span<double> omega,
        ref UniformStream stream
    )
    {
        ref var x = ref MemoryMarshal.GetReference(design);
        ref var target = ref MemoryMarshal.GetReference(omega);
        for (var n = 0; n < Tile.Padded(rows); n += Lanes)
        {
            Predictor(ref x, parameters.Mean, n).StoreUnsafe(ref target, (nuint)n);
        }

        for (var n = 0; n < Tile.Padded(rows); n++)
        {
            omega[n] = n < rows ? PolyaGammaDraws.Next(omega[n], ref stream) : 0.0;
        }

        return 0.0;
    }

    /// <summary>sigma(z) sigma(-z) at z = m'x, zero for rows of the filling; gives 0, for there is no local factor.</summary>
    private static double Curvatures(
        ReadOnlySpan<double> design,
        LogisticParameters parameters,
        int rows,
        Span<double> omega
    )
    {
        ref var x = ref MemoryMarshal.GetReference(design);
        ref var target = ref MemoryMarshal.GetReference(omega);
        for (var n = 0; n < Tile.Padded(rows); n += Lanes)
        {
            var z = Vector512.Min(Vector512.Abs(Predictor(ref x, parameters.Mean, n)), Vector512.Create(700.0));
            var e = VectorFunctions.Exp(-z);
            var sum = Vector512<double>.One + e;
            Vector512
                .ConditionalSelect(ResponsibilityKernel.RowMask(n, rows), e / (sum * sum), Vector512<double>.Zero)
                .StoreUnsafe(ref target, (nuint)n);
        }

        return 0;
    }

    /// <summary>y - p at z = m'x, zero for rows of the filling; gives the sum of log p(y | z).</summary>
    private static double Residuals(
        ReadOnlySpan<double> design,
        LogisticParameters parameters,
        ReadOnlySpan<double> kappa,
        int rows,
        Span<double> target
    )
    {
        ref var x = ref MemoryMarshal.GetReference(design);
        ref var k = ref MemoryMarshal.GetReference(kappa);
        ref var to = ref MemoryMarshal.GetReference(target);
        Vector512<double> value = default,
            unused = default;
        var product = Vector512<double>.One;
        for (var n = 0; n < Tile.Padded(rows); n += Lanes)
        {
            BernoulliPredictor
                .Add(
                    Predictor(ref x, parameters.Mean, n),
                    Vector512.LoadUnsafe(ref k, (nuint)n) + Vector512.Create(0.5),
                    unused,
                    unused,
                    ResponsibilityKernel.RowMask(n, rows),
                    ref value,
                    ref product,
                    ref unused,
                    ref unused
                )
                .StoreUnsafe(ref to, (nuint)n);
        }

        // The factors of a tile, at most 2 each, multiply to at most 2^16.
        return LinearAlgebra.SumLanes(value - VectorFunctions.Log(product));
    }

    /// <summary>m'x of eight rows.</summary>
    private static Vector512<double> Predictor(ref double design, double[] mean, int n)
    {
        var sum = Vector512<double>.Zero;
        for (var j = 0; j < mean.Length; j++)
        {
            sum = Vector512.FusedMultiplyAdd(
                Vector512.Create(mean[j]),
                Vector512.LoadUnsafe(ref design, (nuint)((j * Stride) + n)),
                sum
            );
        }

        return sum;
    }
}
