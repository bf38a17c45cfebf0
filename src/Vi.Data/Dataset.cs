namespace Vi.Data;

/// <summary>
/// A table of numbers ready for a model, in memory or read block by block from a file. Where the model has a target it is the last column.
/// </summary>
internal sealed record Dataset : ITable
{
    private double[]? values;
    private Rows? rows;

    public required IReadOnlyList<string> ColumnNames { get; init; }

    /// <summary>How each column was made from those of the file, in the order of <see cref="ColumnNames"/>.</summary>
    public IReadOnlyList<ModelColumn> ModelColumns
    {
        get => modelColumns ?? [.. ColumnNames.Select(name => new ModelColumn(name, name, null, []))];
        init => modelColumns = value;
    }

    private IReadOnlyList<ModelColumn>? modelColumns;

    /// <summary>The texts, in the order of their numbers, of each column of the file that held texts.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Levels { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

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
        this with
        {
            Unit = unit,
            Calendar = calendar,
            Test = Test?.In(unit, calendar),
        };

    /// <summary>
    /// The mean and the standard deviation in which each column is to be measured, in column order; null where that was not asked for. Values stay
    /// in their own unit: a model reads the numbers of its priors in these units, so that its answer is in the columns' own.
    /// </summary>
    public IReadOnlyList<ColumnScale>? Scales { get; init; }

    public IReadOnlyList<double>? StandardDeviations => Scales?.Select(scale => scale.Sd).ToList();

    /// <summary>The table's rows with columns centred and scaled, where they are read from a file.</summary>
    public Func<IReadOnlyList<ColumnScale>, Rows>? ScaledRows { get; init; }

    /// <summary>How a column is measured by; mean 0 and standard deviation 1 where that was not asked for.</summary>
    public ColumnScale Scale(int column) => Scales?[column] ?? new ColumnScale(0, 1);

    public bool IsCentred(int column) => centred?[column] is { Mean: not 0 };

    private IReadOnlyList<ColumnScale>? centred;

    /// <summary>The table with standardised columns where that was asked for: what a program reads that knows nothing of units.</summary>
    public Dataset Standardized() => Scales is { } scales ? Measured(scales) with { Scales = null } : this;

    /// <summary>
    /// The table with centred columns, each in its own unit, where standardised ones were asked for: what a regression without an intercept reads.
    /// </summary>
    public Dataset Centred() =>
        Scales is { } scales
            ? Measured([.. scales.Select(scale => scale with { Sd = 1 })]) with
            {
                Scales = [.. scales.Select(scale => scale with { Mean = 0 })],
                centred = scales,
            }
            : this;

    private Dataset Measured(IReadOnlyList<ColumnScale> by)
    {
        var ofFile = values is null ? ScaledRows?.Invoke(by) : null;
        return this with
        {
            values = ofFile is null ? Scaled(Values, by) : null,
            rows = ofFile,
            ScaledRows = null,
            ModelColumns = [.. ModelColumns.Zip(by, With)],
            Test = Test?.Measured(by),
        };
    }

    private static ModelColumn With(ModelColumn column, ColumnScale by) =>
        by is { Mean: 0, Sd: 1 }
            ? column
            : new(
                column.Name,
                column.Source,
                column.Level,
                [.. column.Steps, ColumnStep.NewStandardize(by.Mean, by.Sd)]
            );

    private static double[] Scaled(double[] numbers, IReadOnlyList<ColumnScale> by)
    {
        var scaled = new double[numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            var (mean, sd) = by[i % by.Count];
            scaled[i] = (numbers[i] - mean) / sd;
        }

        return scaled;
    }
}

/// <summary>A column measured by (value - Mean) / Sd; one that is left alone has mean 0 and sd 1.</summary>
internal sealed record ColumnScale(double Mean, double Sd);
