namespace Vi.App.Data;

/// <summary>
/// A table of numbers ready for a model. Values are stored row by row: entry (i, j) is <c>Values[i * ColumnNames.Count + j]</c>.
/// Where the model has a target it is the last column.
/// </summary>
public sealed class Dataset
{
    /// <summary>Names of the columns, the target last where there is one.</summary>
    public required IReadOnlyList<string> ColumnNames { get; init; }

    /// <summary>Number of rows.</summary>
    public required int RowCount { get; init; }

    /// <summary>Values, row by row.</summary>
    public required double[] Values { get; init; }

    /// <summary>True if the last column is a target.</summary>
    public bool HasTarget { get; init; }

    /// <summary>Where the data came from, as the experiment wrote it.</summary>
    public required string Source { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 of the file, or of the values' bytes where there is no file.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Held-out rows with the same columns; null where there are none.</summary>
    public Dataset? Test { get; init; }

    /// <summary>True labels of the rows (mixtures), for figures only; null where unknown.</summary>
    public IReadOnlyList<int>? Labels { get; init; }

    /// <summary>How each column was centred and scaled, in column order; null where the values are as the file has them.</summary>
    public IReadOnlyList<ColumnScale>? Scales { get; init; }
}

/// <summary>A standardised column holds (value - Mean) / Sd; a column left alone has mean 0 and sd 1.</summary>
public sealed record ColumnScale(double Mean, double Sd);
