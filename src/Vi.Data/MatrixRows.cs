namespace Vi.Data;

/// <summary>Loads a table whose numbers stay in a file, from which every sweep reads them block by block.</summary>
internal sealed class MatrixRows(TableRequest table, DataRequest request)
{
    /// <summary>Checks every number and sums up the columns in one pass.</summary>
    /// <param name="file">The columns of <paramref name="names"/>, the target last where there is one.</param>
    /// <param name="hash">Computes the hash of the file, alongside the moments.</param>
    public LoadedData Load(
        MatrixFile file,
        int rows,
        List<string> names,
        string? target,
        bool standardize,
        Func<string> hash,
        RowTimes? times
    )
    {
        // The hash takes longer than all else.
        var hashed = Task.Run(hash);
        var moments = Moments(file.Rows(), names);
        var scales = standardize ? DatasetAssembly.Scales(names, moments, target is not null, table.Shown) : null;
        var dataset = new Dataset
        {
            ColumnNames = names,
            RowCount = rows,
            Rows = file.Rows(),
            ScaledRows = by => file.Scaled(by).Rows(),
            HasTarget = target is not null,
            Source = table.Shown,
            Sha256 = hashed.GetAwaiter().GetResult(),
            Scales = scales,
            Times = times,
        };
        return DatasetAssembly.Describe(dataset, moments, [], null);
    }

    /// <summary>Moments of all columns, block by block on several threads.</summary>
    private ColumnMoments[] Moments(Rows rows, List<string> names)
    {
        var watched = rows.WithThreads(request.Threads).Watched(read => request.Watch(read, rows.Count));
        var all = Statistics.Columns(watched, table.Gaps != Gaps.None);
        if ((all.Bad?.Item2 ?? all.Empty) is { } wrong)
        {
            CheckColumn(
                table,
                names[wrong],
                all.Bad is var (row, _, value) ? (row, value) : null,
                all.Empty is not null
            );
        }

        return all.Columns;
    }

    /// <summary>Raises an error for a number that is not allowed, by its row from 0, or a column without any number.</summary>
    public static void CheckColumn(TableRequest request, string name, (long Row, double Value)? bad, bool isEmpty)
    {
        if (bad is var (row, value))
        {
            var remedy = double.IsNaN(value) ? request.GapRemedy : "";
            throw request.Fail(
                $": row {row + 1} (the first is 1), column \"{name}\": {value:R} is not a finite number{remedy}"
            );
        }

        if (isEmpty)
        {
            throw request.Fail($": {TableRequest.AllMissing(name)}");
        }
    }
}
