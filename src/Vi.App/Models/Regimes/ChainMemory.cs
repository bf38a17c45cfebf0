namespace Vi.App.Models.Regimes;

/// <summary>
/// Memory that a chain needs: the forward-backward pass goes through its rows in both directions, so that chain and state probabilities
/// are held, whatever the size of the file.
/// </summary>
internal static class ChainMemory
{
    /// <summary>
    /// Bytes at the peak for T rows of D columns and S states: the chain and, when the answer is made, a second copy of it; probabilities by
    /// tile, by row and as the answer holds them; path and most probable states.
    /// </summary>
    public static long Bytes(long rows, int columns, int states) => rows * ((16L * columns) + (24L * states) + 64);

    /// <summary>
    /// Raises <see cref="ExperimentException"/> where a chain does not fit into so many bytes, or into the longest array that there is.
    /// </summary>
    public static void Require(long rows, int columns, int states, long availableBytes)
    {
        var needed = Bytes(rows, columns, states);
        var longest = rows * Max(columns, states);
        if (needed > availableBytes || longest > Array.MaxLength)
        {
            var limit =
                needed > availableBytes
                    ? $"needs about {Gigabytes(needed)} GB, and {Gigabytes(availableBytes)} GB are available"
                    : $"has more than the {Array.MaxLength} numbers that one chain can hold";
            throw new ExperimentException(
                "data",
                $"a chain of {rows} rows, {columns} columns and {states} states {limit}. Use fewer rows (a coarser step in time, or a part of the file), "
                    + "fewer columns (data.columns) or fewer states"
            );
        }
    }

    private static string Gigabytes(long bytes) => (bytes / 1e9).ToString("0.#");
}
