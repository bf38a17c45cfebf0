using Vi.Data.Columns;
using Vi.Data.Typed;

namespace Vi.Data.Blocks;

internal sealed record FileSettings : NamedTableSettings
{
    public required string File { get; init; }
}

/// <summary>Reads the files that <c>vilab import</c> writes, large ones block by block in every sweep.</summary>
internal sealed class FileSource() : NamedTableSource<FileSettings>("file", "a file that vilab import wrote")
{
    protected override string PathOf(FileSettings settings) => settings.File;

    public override bool Reads(string path) => FileKind.Is(path, ".blocks");

    protected override FileSettings Settings(string shown, FileReading reading) =>
        new()
        {
            File = shown,
            Layout = reading.Layout,
            Date = reading.Date,
            Asset = reading.Asset,
            Value = reading.Value,
            DateFormat = reading.DateFormat,
        };

    protected override SourceCells Cells(TableRequest request, FileSettings settings)
    {
        var file = Open(request);
        var (columns, numbers, dates) = (new List<CellColumn>(), 0, 0);
        var kept = KeptColumns.Of(request, [.. file.Header.Columns.Select(column => column.Name)]);
        var read = Numbers(file, kept);
        foreach (var (column, isKept) in file.Header.Columns.Zip(kept))
        {
            var isDate = column.Kind == BlockKind.Date;
            var place = isDate ? dates++ : numbers++;
            if (isKept)
            {
                columns.Add(
                    isDate
                        ? CellColumn.OfDates(column.Name, column.Place, file.Dates(place))
                        : Entries(column, read[place], request)
                );
            }
        }

        return new(
            new CellTable(columns, null, [])
            {
                Sha256 = file.Checked(message => request.Fail($": {message}")),
                Unit = file.Header.Unit,
            }
        );
    }

    /// <summary>The same columns as in memory, as long as all are numbers; one of dates gives the rows their times.</summary>
    protected override LoadedData? ReadInBlocks(TableRequest table, FileSettings settings, DataRequest request)
    {
        if (table.Labels is not null || settings.Layout == Layout.Long)
        {
            return null;
        }

        var file = Open(table);
        var header = file.Header;
        var numeric = header.Numeric.ToList();
        if ((long)header.Rows * numeric.Count <= request.Limits.NumbersInMemory)
        {
            return null;
        }

        table.CheckNames([.. header.Columns.Select(column => column.Name)]);
        var target =
            !table.LastIsTarget ? null
            : (table.Target ?? table.Columns?[^1]) is { } given ? given
            : header.Columns.LastOrDefault(column => column.Kind == BlockKind.Text || IsPlain(column))?.Name;
        var names = DatasetAssembly.Order(
            table.Columns ?? [.. numeric.Where(IsPlain).Select(column => column.Name)],
            target
        );
        List<int> places = [.. names.Select(name => numeric.FindIndex(column => column.Name == name))];
        if (places.Exists(place => place < 0 || numeric[place].Kind != BlockKind.Number))
        {
            return null;
        }

        var dated = DateColumn(file);
        var data = new MatrixRows(table, request).Load(
            file.Numbers([.. places]),
            header.Rows,
            names,
            target,
            settings.Standardize,
            () => file.Checked(message => table.Fail($": {message}")),
            dated is null ? null : new RowTimes(dated.Name, dated.Dates!.Times)
        );
        return data with { Unit = header.Unit, Findings = [.. data.Findings, .. Findings(table, dated)] };

        bool IsPlain(BlockColumn column) =>
            column is { Kind: BlockKind.Number, IsDated: false }
            && column.Missing < header.Rows
            && !(table.LastIsTarget ? column.IsIndexWhereExplained : column.IsIndex);
    }

    private static BlockFile Open(TableRequest request)
    {
        FileKind.Start(request, 1);
        return BlockFile.Open(request.File, message => request.Fail($": {message}"));
    }

    /// <summary>The numbers of the columns that are kept, by their places among all columns of numbers, read in one pass.</summary>
    private static Dictionary<int, double[]> Numbers(BlockFile file, IReadOnlyList<bool> kept)
    {
        int[] places =
        [
            .. file
                .Header.Columns.Zip(kept)
                .Where(pair => pair.First.Kind != BlockKind.Date)
                .Index()
                .Where(pair => pair.Item.Second)
                .Select(pair => pair.Index),
        ];
        if (places.Length == 0)
        {
            return [];
        }

        using var numbers = file.Numbers(places);
        return places.Zip(numbers.Columns()).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static CellColumn Entries(BlockColumn column, double[] numbers, TableRequest request)
    {
        var cells = new CellColumn(column.Name, column.Place);
        foreach (var value in numbers)
        {
            if (column.Kind == BlockKind.Number || double.IsNaN(value))
            {
                cells.Add(value);
            }
            else
            {
                cells.Add(
                    value >= 0 && value < column.Levels?.Count
                        ? column.Levels[(int)value]
                        : throw request.Fail(": the file is damaged; import it again")
                );
            }
        }

        return cells;
    }

    /// <summary>What is said of the dates, as of a table in memory.</summary>
    private static IEnumerable<Finding> Findings(TableRequest request, TypedColumn? dated) =>
        dated is null
            ? []
            : new ColumnFacts(request, new RowPlaces(null, dated.Dates!.Times), [dated], [], null).OfDates();

    /// <summary>When the rows were observed: the first column of dates, or of numbers that are dates.</summary>
    private static TypedColumn? DateColumn(BlockFile file)
    {
        var header = file.Header;
        var first = header.Columns.FirstOrDefault(column => column.Kind == BlockKind.Date || column.IsDated);
        if (first is null)
        {
            return null;
        }

        if (first.Kind == BlockKind.Date)
        {
            return Dated(ColumnKind.Date, file.Dates(header.Dated.ToList().IndexOf(first)));
        }

        using var numbers = file.Numbers([header.Numeric.ToList().IndexOf(first)]);
        return Counters.DatesOf(first.Name, first.Place == 0, numbers.Columns()[0]) is { } dates
            ? Dated(ColumnKind.Number, dates)
            : null;

        TypedColumn Dated(ColumnKind kind, Dates dates) =>
            new(new CellColumn(first.Name, first.Place), kind) { Dates = dates };
    }
}
