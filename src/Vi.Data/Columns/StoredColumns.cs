namespace Vi.Data.Columns;

/// <summary>All columns of a table with their kinds, as a block file keeps them.</summary>
/// <param name="Sha256">Lower-case hexadecimal SHA-256 of the source: of the file, or of the query and its answer.</param>
internal sealed record StoredColumns(IReadOnlyList<TypedColumn> Columns, string Sha256)
{
    /// <summary>Where the table came from, as messages call it.</summary>
    public string Source { get; init; } = "";

    public DataUnit? Unit { get; init; }

    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>
    /// The columns asked for, otherwise all, and those of dates. Raises <see cref="ExperimentException"/> for cells that are not numbers.
    /// </summary>
    public static StoredColumns Of(TableRequest request, CellTable table, ColumnTyping typing)
    {
        List<TypedColumn> all = [.. table.Columns.Select(typing.Of)];
        var columns = all.FindAll(column =>
            request.Columns is null || request.Names(column.Name) || column.Dates is not null
        );
        var places = new RowPlaces(table.Lines, columns.Find(column => column.Dates is not null)?.Dates!.Times);
        var problems = new CellProblems(request);
        columns.ForEach(column => problems.Bad(column, places));
        problems.ThrowIfAny();
        var numbers = columns.FindAll(column => column is { Kind: ColumnKind.Number, Dates: null });
        return new StoredColumns(columns, table.Sha256 ?? request.Hash())
        {
            Source = request.Shown,
            Findings = [.. table.Findings, .. new ColumnFacts(request, places, columns, numbers, null).OfTable()],
        };
    }
}
