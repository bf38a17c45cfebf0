using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>log rho of some rows under all components.</summary>
internal static class MixtureDistances
{
    /// <summary>Columns whose distance alone is looked at first.</summary>
    private const int LeadingColumns = 16;

    /// <summary>Columns from which a first look pays.</summary>
    private const int SelectiveColumns = 24;

    /// <summary>
    /// Fills the workspace's responsibilities with log rho. What is certain to lie <see cref="ResponsibilityKernel.Negligible"/> nats below a row's
    /// largest may stand as an upper bound that lies as far below.
    /// </summary>
    public static void Fill(
        ReadOnlySpan<double> values,
        int rows,
        MixtureParameters parameters,
        MixtureWorkspace workspace
    )
    {
        if (parameters.Dimension < SelectiveColumns)
        {
            FillAll(values, rows, parameters, parameters.Dimension, workspace);
            return;
        }

        // |L d|^2 grows with every row of L, and the first rows of a lower triangle see the first columns only.
        FillAll(values, rows, parameters, LeadingColumns, workspace);
        GuessLargest(parameters.Components, rows, workspace);
        for (var k = 0; k < parameters.Components; k++)
        {
            var count = RowLists.Guessed(workspace.Guess, k, rows, workspace.List);
            Complete(values, parameters, k, workspace.List[..count], workspace, isGuess: true);
        }

        for (var k = 0; k < parameters.Components; k++)
        {
            var count = RowLists.Candidates(
                workspace.ResponsibilitiesOf(k),
                workspace.Best,
                workspace.Guess,
                k,
                rows,
                workspace.List
            );
            Complete(values, parameters, k, workspace.List[..count], workspace, isGuess: false);
        }
    }

    private static void FillAll(
        ReadOnlySpan<double> values,
        int rows,
        MixtureParameters parameters,
        int columns,
        MixtureWorkspace workspace
    )
    {
        var dimension = parameters.Dimension;
        for (var first = 0; first < rows; first += Block.TileRows)
        {
            var inTile = Math.Min(Block.TileRows, rows - first);
            var padded = Tile.Padded(inTile);
            workspace.LoadTile(values, dimension, first, inTile, columns);
            for (var k = 0; k < parameters.Components; k++)
            {
                Tile.Centre(workspace.Rows, parameters.MeanOf(k)[..columns], padded, workspace.Deviations);
                DistanceKernel.LogDensities(
                    workspace.Deviations,
                    parameters.WhiteningOf(k),
                    dimension,
                    columns,
                    parameters.LogWeights[k],
                    padded,
                    workspace.ResponsibilitiesOf(k).Slice(first, padded)
                );
            }
        }
    }

    /// <summary>The component with the largest bound of each row, the first among equals.</summary>
    private static void GuessLargest(int components, int rows, MixtureWorkspace workspace)
    {
        ref var guess = ref MemoryMarshal.GetReference(workspace.Guess);
        for (var n = 0; n < Tile.Padded(rows); n += Tile.Lanes)
        {
            var largest = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(workspace.Responsibilities), (nuint)n);
            var which = Vector512<long>.Zero;
            for (var k = 1; k < components; k++)
            {
                var bound = Vector512.LoadUnsafe(
                    ref MemoryMarshal.GetReference(workspace.ResponsibilitiesOf(k)),
                    (nuint)n
                );
                var larger = Vector512.GreaterThan(bound, largest);
                largest = Vector512.ConditionalSelect(larger, bound, largest);
                which = Vector512.ConditionalSelect(larger.AsInt64(), Vector512.Create((long)k), which);
            }

            Vector256.Narrow(which.GetLower(), which.GetUpper()).StoreUnsafe(ref guess, (nuint)n);
        }
    }

    /// <summary>log rho of chosen rows under component k from all columns.</summary>
    private static void Complete(
        ReadOnlySpan<double> values,
        MixtureParameters parameters,
        int k,
        ReadOnlySpan<int> rows,
        MixtureWorkspace workspace,
        bool isGuess
    )
    {
        var dimension = parameters.Dimension;
        var target = workspace.ResponsibilitiesOf(k);
        for (var first = 0; first < rows.Length; first += Block.TileRows)
        {
            var list = rows.Slice(first, Math.Min(Block.TileRows, rows.Length - first));
            Tile.Gather(values, dimension, list, parameters.MeanOf(k), workspace.Deviations);
            DistanceKernel.LogDensities(
                workspace.Deviations,
                parameters.WhiteningOf(k),
                dimension,
                dimension,
                parameters.LogWeights[k],
                Tile.Padded(list.Length),
                workspace.Results
            );
            for (var n = 0; n < list.Length; n++)
            {
                target[list[n]] = workspace.Results[n];
                if (isGuess)
                {
                    workspace.Best[list[n]] = workspace.Results[n];
                }
            }
        }
    }
}
