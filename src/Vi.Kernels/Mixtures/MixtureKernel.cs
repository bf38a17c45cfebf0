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
)
{
    /// <summary>Mean of component k, D numbers.</summary>
    internal ReadOnlySpan<double> MeanOf(int k) => Means.AsSpan(k * Dimension, Dimension);

    /// <summary>Whitening of component k, D x D.</summary>
    internal ReadOnlySpan<double> WhiteningOf(int k) =>
        Whitening.AsSpan(k * Dimension * Dimension, Dimension * Dimension);
}

/// <summary>Moments of each component about its own mean.</summary>
public sealed class MixtureSums(int components, int dimension)
    : ResponsibilitySums(components, dimension, components * dimension * dimension)
{
    /// <summary>K lower triangles of responsibility times outer product of deviations.</summary>
    public Span<double> Scatters => Others(Components * Dimension * Dimension);

    /// <summary>Scatter of component k, D x D numbers.</summary>
    public ReadOnlySpan<double> ScatterOf(int k) => Scatters.Slice(k * Dimension * Dimension, Dimension * Dimension);
}

/// <summary>
/// Responsibilities of a mixture and the statistics they weight, in one pass that never stores N x K numbers. Where columns are many,
/// most of the work is left out without changing a sum: a component whose distance in the first columns alone puts it
/// <see cref="ResponsibilityKernel.Negligible"/> nats below another is not looked at further, and rows that a component does not
/// explain are left out of its moments.
/// </summary>
public static class MixtureKernel
{
    /// <summary>Columns from which leaving pairs of row and component out pays for the lists it takes.</summary>
    private const int SelectiveColumns = 8;

    /// <summary>
    /// Reads a block: responsibilities of each row (softmax of log rho, or all to the most probable or a drawn component), and from them
    /// the sums.
    /// </summary>
    public static MixtureSums Accumulate(Block block, MixtureParameters parameters, LocalChoice choice)
    {
        var sums = new MixtureSums(parameters.Components, parameters.Dimension);
        var added = MixturePass.Run(block, new Form(parameters, sums), choice);
        sums.Entropy = added.Entropy;
        sums.LogNormalizer = added.LogNormalizer;
        return sums;
    }

    /// <summary>Responsibilities of every row of a block, row by row (rows x K), for predictions.</summary>
    public static double[] Responsibilities(Block block, MixtureParameters parameters) =>
        MixturePass.Responsibilities(block, new Form(parameters, new MixtureSums(0, 0)));

    /// <summary>Components with a covariance of their own each.</summary>
    private sealed class Form(MixtureParameters parameters, MixtureSums sums) : IMixtureForm
    {
        public int Components => parameters.Components;

        public int Dimension => parameters.Dimension;

        // Lists of rows want many rows to choose from.
        public int PanelRows => Dimension < SelectiveColumns ? MixturePass.CachedRows : int.MaxValue;

        public void FillLogDensities(ReadOnlySpan<double> values, int rows, MixtureWorkspace workspace) =>
            MixtureDistances.Fill(values, rows, parameters, workspace);

        public void AddMoments(ReadOnlySpan<double> values, int rows, long pairs, MixtureWorkspace workspace)
        {
            if (Dimension >= SelectiveColumns && 3 * pairs < (long)Components * rows)
            {
                AddChosen(values, rows, parameters, workspace, sums);
            }
            else
            {
                AddAll(values, rows, parameters, workspace, sums);
            }
        }
    }

    /// <summary>Moments of all rows under all components, tile by tile.</summary>
    private static void AddAll(
        ReadOnlySpan<double> values,
        int rows,
        MixtureParameters parameters,
        MixtureWorkspace workspace,
        MixtureSums sums
    )
    {
        var dimension = parameters.Dimension;
        for (var first = 0; first < rows; first += Block.TileRows)
        {
            var inTile = Math.Min(Block.TileRows, rows - first);
            var padded = Tile.Padded(inTile);
            workspace.LoadTile(values, dimension, first, inTile, dimension);
            for (var k = 0; k < parameters.Components; k++)
            {
                Tile.Centre(workspace.Rows, parameters.MeanOf(k), padded, workspace.Deviations);
                Add(k, workspace.ResponsibilitiesOf(k).Slice(first, padded), dimension, workspace, sums);
            }
        }
    }

    /// <summary>Moments of the rows that each component explains, component by component.</summary>
    private static void AddChosen(
        ReadOnlySpan<double> values,
        int rows,
        MixtureParameters parameters,
        MixtureWorkspace workspace,
        MixtureSums sums
    )
    {
        var dimension = parameters.Dimension;
        Span<double> weights = stackalloc double[Block.TileRows];
        for (var k = 0; k < parameters.Components; k++)
        {
            var responsibilities = workspace.ResponsibilitiesOf(k);
            var count = RowLists.AboveZero(responsibilities, rows, workspace.List);
            for (var first = 0; first < count; first += Block.TileRows)
            {
                var list = workspace.List.Slice(first, Math.Min(Block.TileRows, count - first));
                weights.Clear();
                for (var n = 0; n < list.Length; n++)
                {
                    weights[n] = responsibilities[list[n]];
                }

                Tile.Gather(values, dimension, list, parameters.MeanOf(k), workspace.Deviations);
                Add(k, weights[..Tile.Padded(list.Length)], dimension, workspace, sums);
            }
        }
    }

    private static void Add(
        int k,
        ReadOnlySpan<double> weights,
        int dimension,
        MixtureWorkspace workspace,
        MixtureSums sums
    ) =>
        sums.Counts[k] += MomentsKernel.AddWeighted(
            workspace.Deviations,
            weights,
            workspace.Weighted,
            sums.Sums.Slice(k * dimension, dimension),
            sums.Scatters.Slice(k * dimension * dimension, dimension * dimension)
        );
}
