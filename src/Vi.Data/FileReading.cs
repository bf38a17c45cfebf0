using Vi.Data.Csv;

namespace Vi.Data;

/// <summary>What an experiment says about reading its file, which holds for files of new rows as well; what it leaves open is recognised.</summary>
internal sealed record FileReading
{
    public Delimiter? Delimiter { get; init; }
    public DecimalSign? Decimal { get; init; }
    public int? SkipLines { get; init; }
    public bool? Header { get; init; }

    /// <summary>Further ways to write that an entry is missing.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    public string? DateFormat { get; init; }
    public Layout Layout { get; init; }
    public string? Date { get; init; }
    public string? Asset { get; init; }
    public string? Value { get; init; }

    /// <summary>The query of a database.</summary>
    public string? Query { get; init; }
}
