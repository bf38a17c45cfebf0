namespace Vi.Kernels;

/// <summary>What the kinds of mixtures differ in: log rho of some rows under all components, and the moments that responsibilities weight.</summary>
internal interface IMixtureForm
{
    /// <summary>Number K of components.</summary>
    int Components { get; }

    /// <summary>Number D of columns.</summary>
    int Dimension { get; }

    /// <summary>Rows to take at a time.</summary>
    int PanelRows { get; }

    /// <summary>Fills the workspace's responsibilities with log rho of these rows.</summary>
    void FillLogDensities(ReadOnlySpan<double> values, int rows, MixtureWorkspace workspace);

    /// <summary>Adds the moments of these rows under the workspace's responsibilities, so many pairs of which are above zero.</summary>
    void AddMoments(ReadOnlySpan<double> values, int rows, long pairs, MixtureWorkspace workspace);
}

/// <summary>The pass of any mixture through a block: log rho, responsibilities and moments, a panel of rows after the other.</summary>
internal static class MixturePass
{
    /// <summary>Rows whose numbers stay in the first two caches from their distances to their moments.</summary>
    public const int CachedRows = 4 * Block.TileRows;

    /// <summary>Reads a block; rows belong to components by their probabilities, or wholly to the nearest or a drawn one.</summary>
    public static RowSums Run(Block block, IMixtureForm form, LocalChoice choice)
    {
        var stream = new UniformStream(choice.State, choice.Gamma);
        var (components, dimension) = (form.Components, form.Dimension);
        var panel = Math.Min(Tile.Padded(block.Rows), form.PanelRows);
        using var workspace = new MixtureWorkspace(components, dimension, panel);
        var total = default(RowSums);
        for (var first = 0; first < block.Rows; first += panel)
        {
            var rows = Math.Min(panel, block.Rows - first);
            var values = block.Values.Slice(first * dimension, rows * dimension);
            form.FillLogDensities(values, rows, workspace);
            var responsibilities = workspace.Responsibilities;
            var added = choice.Kind switch
            {
                LocalKind.Expected => ResponsibilityKernel.Normalize(responsibilities, panel, components, rows),
                LocalKind.MostProbable => ResponsibilityKernel.AssignNearest(responsibilities, panel, components, rows),
                _ => ResponsibilityKernel.AssignDrawn(responsibilities, panel, components, rows, ref stream),
            };
            total = new RowSums(
                total.Entropy + added.Entropy,
                total.LogNormalizer + added.LogNormalizer,
                total.Pairs + added.Pairs
            );
            form.AddMoments(values, rows, added.Pairs, workspace);
        }

        return total;
    }

    /// <summary>Responsibilities of every row of a block, row by row (rows x K).</summary>
    public static double[] Responsibilities(Block block, IMixtureForm form)
    {
        var components = form.Components;
        var result = new double[block.Rows * components];
        var panel = Tile.Padded(block.Rows);
        using var workspace = new MixtureWorkspace(components, form.Dimension, panel);
        form.FillLogDensities(block.Values, block.Rows, workspace);
        ResponsibilityKernel.Normalize(workspace.Responsibilities, panel, components, block.Rows);
        for (var n = 0; n < block.Rows; n++)
        {
            for (var k = 0; k < components; k++)
            {
                result[(n * components) + k] = workspace.Responsibilities[(k * panel) + n];
            }
        }

        return result;
    }
}
