namespace Vi.Kernels;

/// <summary>Parameters of K Gaussian components with independent columns as the kernel reads them.</summary>
/// <param name="Components">Number K of components.</param>
/// <param name="Dimension">Number D of columns.</param>
/// <param name="LogWeights">K constants: log rho_nk = LogWeights[k] - sum_j (Scales_kj (x_nj - Means_kj))^2 / 2.</param>
/// <param name="Means">K x D.</param>
/// <param name="Scales">K x D.</param>
public sealed record DiagonalMixtureParameters(
    int Components,
    int Dimension,
    double[] LogWeights,
    double[] Means,
    double[] Scales
)
{
    /// <summary>Mean of component k, D numbers.</summary>
    internal ReadOnlySpan<double> MeanOf(int k) => Means.AsSpan(k * Dimension, Dimension);

    /// <summary>Scales of component k, D numbers.</summary>
    internal ReadOnlySpan<double> ScalesOf(int k) => Scales.AsSpan(k * Dimension, Dimension);
}

/// <summary>Moments of each component about its own mean, column by column.</summary>
public sealed class DiagonalMixtureSums(int components, int dimension)
    : ResponsibilitySums(components, dimension, components * dimension)
{
    /// <summary>K x D sums of responsibility times squared deviation.</summary>
    public Span<double> Squares => Others(Components * Dimension);

    /// <summary>Sums of squares of component k, D numbers.</summary>
    public ReadOnlySpan<double> SquaresOf(int k) => Squares.Slice(k * Dimension, Dimension);
}

/// <summary>The mixture's pass for components with independent columns: D steps for each row and component, none of them D^2.</summary>
public static class DiagonalMixtureKernel
{
    /// <summary>
    /// Reads a block: responsibilities of each row (softmax of log rho, or all to the most probable or a drawn component), and from them
    /// the sums.
    /// </summary>
    public static DiagonalMixtureSums Accumulate(Block block, DiagonalMixtureParameters parameters, LocalChoice choice)
    {
        var sums = new DiagonalMixtureSums(parameters.Components, parameters.Dimension);
        var added = MixturePass.Run(block, new Form(parameters, sums), choice);
        sums.Entropy = added.Entropy;
        sums.LogNormalizer = added.LogNormalizer;
        return sums;
    }

    /// <summary>Responsibilities of every row of a block, row by row (rows x K), for predictions.</summary>
    public static double[] Responsibilities(Block block, DiagonalMixtureParameters parameters) =>
        MixturePass.Responsibilities(block, new Form(parameters, new DiagonalMixtureSums(0, 0)));

    private sealed class Form(DiagonalMixtureParameters parameters, DiagonalMixtureSums sums) : IMixtureForm
    {
        public int Components => parameters.Components;

        public int Dimension => parameters.Dimension;

        public int PanelRows => MixturePass.CachedRows;

        public void FillLogDensities(ReadOnlySpan<double> values, int rows, MixtureWorkspace workspace)
        {
            for (var first = 0; first < rows; first += Block.TileRows)
            {
                var inTile = Math.Min(Block.TileRows, rows - first);
                var padded = Tile.Padded(inTile);
                workspace.LoadTile(values, Dimension, first, inTile, Dimension);
                for (var k = 0; k < Components; k++)
                {
                    DiagonalKernel.LogDensities(
                        workspace.Rows,
                        parameters.MeanOf(k),
                        parameters.ScalesOf(k),
                        parameters.LogWeights[k],
                        padded,
                        workspace.ResponsibilitiesOf(k).Slice(first, padded)
                    );
                }
            }
        }

        public void AddMoments(ReadOnlySpan<double> values, int rows, long pairs, MixtureWorkspace workspace)
        {
            for (var first = 0; first < rows; first += Block.TileRows)
            {
                var inTile = Math.Min(Block.TileRows, rows - first);
                var padded = Tile.Padded(inTile);
                workspace.LoadTile(values, Dimension, first, inTile, Dimension);
                for (var k = 0; k < Components; k++)
                {
                    var weights = workspace.ResponsibilitiesOf(k).Slice(first, padded);
                    sums.Counts[k] += MomentsKernel.SumOf(weights);
                    DiagonalKernel.AddMoments(
                        workspace.Rows,
                        parameters.MeanOf(k),
                        weights,
                        sums.Sums.Slice(k * Dimension, Dimension),
                        sums.Squares.Slice(k * Dimension, Dimension)
                    );
                }
            }
        }
    }
}
