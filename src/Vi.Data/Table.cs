using Vi.Data.Columns;

namespace Vi.Data;

/// <summary>Columns of a file as the model reads them, before they are scaled.</summary>
/// <param name="Columns">Columns of numbers in the order asked for, otherwise in that of the file.</param>
/// <param name="Labels">True classes of the rows; null where unknown.</param>
internal sealed record Table(IReadOnlyList<TableColumn> Columns, IReadOnlyList<int>? Labels, string Sha256)
{
    /// <summary>What was recognised, changed or left out.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>The line of each row in a text file; null where the file has no lines.</summary>
    public IReadOnlyList<int>? Lines { get; init; }

    public RowTimes? Times { get; init; }

    /// <summary>The texts, in the order of their numbers, of each column of the file that held texts.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Levels { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>The columns of the file that these were made from.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Columns of the file that are not used, of rows that a stored fit reads.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>The unit that the source states; null where it states none.</summary>
    public DataUnit? Unit { get; init; }

    /// <summary>How messages name the rows.</summary>
    public RowPlaces Places => new(Lines, Times?.Values);

    /// <summary>The target; null for the last column.</summary>
    public string? Target { get; init; }

    /// <summary>The rows that have every entry. Raises <see cref="ExperimentException"/> where none has.</summary>
    public Table WithoutGaps(TableRequest request)
    {
        var rows = Columns.Count == 0 ? 0 : Columns[0].Values.Length;
        var kept = Enumerable
            .Range(0, rows)
            .Where(i => Columns.All(column => !double.IsNaN(column.Values[i])))
            .ToArray();
        if (kept.Length == rows)
        {
            return this;
        }

        T[] Of<T>(IReadOnlyList<T> all) => Array.ConvertAll(kept, i => all[i]);
        return kept.Length == 0
            ? throw request.Fail(": no row has every entry; name fewer columns in data.columns")
            : this with
            {
                Columns = [.. Columns.Select(column => column with { Values = Of(column.Values) })],
                Labels = Labels is null ? null : Of(Labels),
                Lines = Lines is null ? null : Of(Lines),
                Times = Times is null ? null : Times with { Values = Of(Times.Values) },
                Findings =
                [
                    .. Findings,
                    Finding.Of(Severity.Hint, "rows-dropped", ("dropped", rows - kept.Length), ("rows", rows)),
                ],
            };
    }
}

/// <summary>A column of finite numbers; not a number where an entry is missing and may be.</summary>
internal sealed record TableColumn(string Name, double[] Values)
{
    /// <summary>The column of the file that it was made from.</summary>
    public string Source { get; init; } = Name;

    /// <summary>Of an indicator the text for which it is 1; null for a column of numbers.</summary>
    public string? Level { get; init; }

    /// <summary>What was done to the numbers, in order.</summary>
    public IReadOnlyList<ColumnStep> Steps { get; init; } = [];

    /// <summary>The column as new rows are matched with it.</summary>
    public ModelColumn Model => new(Name, Source, Level, [.. Steps]);
}

/// <summary>When the rows were observed.</summary>
/// <param name="Column">The column that says so.</param>
/// <param name="Values">One a row; null where unknown.</param>
internal sealed record RowTimes(string Column, IReadOnlyList<DateTime?> Values);

/// <summary>What is done with missing entries.</summary>
internal enum Gaps
{
    /// <summary>They are an error.</summary>
    None,

    /// <summary>The model integrates them out.</summary>
    Kept,

    /// <summary>Their rows are left out.</summary>
    DropRows,
}

/// <summary>Reads <c>true</c>, <c>false</c> or <c>"drop-rows"</c>.</summary>
internal sealed class GapsConverter : JsonConverter<Gaps>
{
    private const string DropRows = "drop-rows";

    /// <summary>What may be written.</summary>
    public static JsonObject Schema() =>
        new() { ["type"] = new JsonArray("boolean", "string"), ["enum"] = new JsonArray(false, true, DropRows) };

    public override Gaps Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.True => Gaps.Kept,
            JsonTokenType.False => Gaps.None,
            _ => Gaps.DropRows,
        };

    public override void Write(Utf8JsonWriter writer, Gaps value, JsonSerializerOptions options)
    {
        if (value == Gaps.DropRows)
        {
            writer.WriteStringValue(DropRows);
        }
        else
        {
            writer.WriteBooleanValue(value == Gaps.Kept);
        }
    }
}
