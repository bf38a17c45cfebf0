namespace Vi.Data;

/// <summary>
/// A table of numbers ready for a model, in memory or read block by block from a file. Where the model has a target it is the last column.
/// </summary>
internal sealed class Dataset : ITable
{
    private double[]? values;
    private Rows? rows;

    public required IReadOnlyList<string> ColumnNames { get; init; }

    public required int RowCount { get; init; }

    /// <summary>
    /// All values, row by row: entry (i, j) is <c>Values[i * ColumnNames.Count + j]</c>. A table that is read from a file is copied into
    /// memory by this; fit from <see cref="Rows"/> and draw from <see cref="Row"/> instead.
    /// </summary>
    public double[] Values
    {
        get => values ??= InMemory();
        init => values = value;
    }

    /// <summary>The table as the core reads it, block by block.</summary>
    public Rows Rows
    {
        get => rows ??= Rows.OfRowMajor(Values, ColumnNames.Count);
        init => rows = value;
    }

    /// <summary>The numbers of row i, from 0.</summary>
    public double[] Row(int i)
    {
        var width = ColumnNames.Count;
        return values is null ? Rows.Row(i).ToArray() : values.AsSpan(i * width, width).ToArray();
    }

    private double[] InMemory()
    {
        var numbers = (long)RowCount * ColumnNames.Count;
        if (numbers > Array.MaxLength)
        {
            throw new ExperimentException(
                "data",
                $"{RowCount} rows of {ColumnNames.Count} columns do not fit in memory, where this model needs them; use fewer columns"
            );
        }

        var all = new double[numbers];
        rows!.CopyRows(0, all);
        return all;
    }

    public bool HasTarget { get; init; }

    /// <summary>Where the data came from, as the experiment wrote it.</summary>
    public required string Source { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 of the file, or of the values' bytes where there is no file.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Held-out rows with the same columns; null where there are none.</summary>
    public Dataset? Test { get; init; }

    /// <summary>True labels of the rows (mixtures), for figures only; null where unknown.</summary>
    public IReadOnlyList<int>? Labels { get; init; }

    /// <summary>When the rows were observed; null where the file does not say.</summary>
    public RowTimes? Times { get; init; }

    IReadOnlyList<DateTime?>? ITable.Times => Times?.Values;

    /// <summary>The unit of all columns.</summary>
    public DataUnit Unit { get; private init; }

    /// <summary>How often rows are observed.</summary>
    public RowCalendar Calendar { get; private init; } = RowCalendar.TradingDays;

    /// <summary>The same table, held-out rows included, with values in a unit and rows of a calendar.</summary>
    public Dataset In(DataUnit unit, RowCalendar calendar) =>
        new()
        {
            values = values,
            rows = rows,
            ColumnNames = ColumnNames,
            RowCount = RowCount,
            HasTarget = HasTarget,
            Source = Source,
            Sha256 = Sha256,
            Test = Test?.In(unit, calendar),
            Labels = Labels,
            Times = Times,
            Scales = Scales,
            Unit = unit,
            Calendar = calendar,
        };

    public bool IsStandardized(int column) => Scales?[column] is { } scale && scale != new ColumnScale(0, 1);

    /// <summary>How each column was centred and scaled, in column order; null where the values are as the file has them.</summary>
    public IReadOnlyList<ColumnScale>? Scales { get; init; }
}

/// <summary>A standardised column holds (value - Mean) / Sd; a column left alone has mean 0 and sd 1.</summary>
internal sealed record ColumnScale(double Mean, double Sd);
