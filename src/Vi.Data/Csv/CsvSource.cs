namespace Vi.Data.Csv;

internal sealed record CsvSettings : TableSettings
{
    public required string Csv { get; init; }
    public Delimiter? Delimiter { get; init; }
    public DecimalSign? Decimal { get; init; }
    public int? SkipLines { get; init; }
    public bool? Header { get; init; }
    public IReadOnlyList<string> Missing { get; init; } = [];
    public string? DateFormat { get; init; }
}

/// <summary>Reads CSV files as people have them: what separates cells and decimals, dates, classes and gaps are recognised.</summary>
internal sealed class CsvSource() : TableSource<CsvSettings>("csv", "a CSV file, plain or packed by gzip")
{
    protected override string PathOf(CsvSettings settings) => settings.Csv;

    protected override bool Reads(string path) => !path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);

    protected override CsvSettings Settings(string shown, FileReading reading) =>
        new()
        {
            Csv = shown,
            Delimiter = reading.Delimiter,
            Decimal = reading.Decimal,
            SkipLines = reading.SkipLines,
            Header = reading.Header,
            Missing = reading.Missing,
            DateFormat = reading.DateFormat,
        };

    protected override TableProposal Propose(TableRequest request, int? columns)
    {
        var (table, typing) = Typed(request, new CsvSettings { Csv = request.Shown });
        return new ColumnProposal(request, table, typing).Of(columns);
    }

    protected override Table Read(TableRequest request, CsvSettings settings)
    {
        var (table, typing) = Typed(request, settings);
        return new ColumnChoice(request, typing).Table(table);
    }

    private static (CellTable Table, ColumnTyping Typing) Typed(TableRequest request, CsvSettings settings)
    {
        using var input = TextInput.Open(request);
        var format = CsvFormat.Of(request, settings, input.Head);
        var gaps = new GapText(settings.Missing);
        var cells = new CsvReading(request, format, gaps).Cells(input.Text);
        var table = new CellTable(cells, [.. input.Findings, .. format.Findings]);
        return (
            // Every new row is answered.
            request.ReadsForFit
                ? table
                : SummaryRows.LeftOut(table, gaps),
            new ColumnTyping(format.Numbers, gaps, settings.DateFormat, request.LastIsTarget)
        );
    }
}
