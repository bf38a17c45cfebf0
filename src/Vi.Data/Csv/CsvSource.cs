using Vi.Data.Columns;

namespace Vi.Data.Csv;

internal sealed record CsvSettings : NamedTableSettings
{
    public required string Csv { get; init; }
    public Delimiter? Delimiter { get; init; }
    public DecimalSign? Decimal { get; init; }
    public int? SkipLines { get; init; }
    public bool? Header { get; init; }
    public IReadOnlyList<string> Missing { get; init; } = [];
}

/// <summary>Reads CSV files as people have them: what separates cells and decimals, dates, classes and gaps are recognised.</summary>
internal sealed class CsvSource() : NamedTableSource<CsvSettings>("csv", "a CSV file, plain or packed by gzip")
{
    protected override string PathOf(CsvSettings settings) => settings.Csv;

    /// <summary>Whatever no other source reads.</summary>
    public override bool Reads(string path) => true;

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
            Layout = reading.Layout,
            Date = reading.Date,
            Asset = reading.Asset,
            Value = reading.Value,
        };

    protected override SourceCells Cells(TableRequest request, CsvSettings settings)
    {
        using var input = TextInput.Open(request);
        var format = CsvFormat.Of(request, settings, input.Head);
        var gaps = new GapText(settings.Missing);
        var (columns, lines) = new CsvReading(request, format, gaps)
        {
            Verbatim = settings.Layout == Layout.Long ? settings.Asset : null,
        }.Cells(input.Text);
        var table = new CellTable(columns, lines, [.. input.Findings, .. format.Findings]);
        // Every new row is answered.
        return new(request.ReadsForFit ? table : SummaryRows.LeftOut(table, gaps), format.Numbers, gaps);
    }
}
