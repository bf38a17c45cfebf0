using System.Text;

namespace Vi.Data.Blocks;

/// <summary>What the entries of a column of a block file are.</summary>
internal enum BlockKind
{
    /// <summary>Float64; not a number where the entry is missing.</summary>
    Number,

    /// <summary>Float64: the place, from 0, among the column's levels; not a number where the entry is missing.</summary>
    Text,

    /// <summary>Int64: .NET's ticks of 100 ns since the year 1; the least int64 where the entry is missing.</summary>
    Date,
}

/// <param name="Place">Its place among the columns of the source, from 0.</param>
/// <param name="Missing">Number of missing entries.</param>
internal sealed record BlockColumn(string Name, int Place, BlockKind Kind, int Missing)
{
    /// <summary>The different texts of a column of texts; null for another one.</summary>
    public IReadOnlyList<string>? Levels { get; init; }

    /// <summary>Whether the numbers are dates, such as 20240105.</summary>
    public bool IsDated { get; init; }

    /// <summary>Whether the numbers only number the rows, for a model without a target.</summary>
    public bool IsIndex { get; init; }

    /// <summary>The same for a model that explains a target, which time may well do.</summary>
    public bool IsIndexWhereExplained { get; init; }
}

/// <summary>What a block file says of itself, as JSON after its first bytes.</summary>
/// <param name="Version">The version of the layout.</param>
/// <param name="Source">Where the table came from, as messages call it.</param>
/// <param name="Fingerprint">Lower-case hexadecimal SHA-256 of the source: of the file, or of the query and its answer.</param>
/// <param name="Unit">The unit of the numbers; null where the source states none.</param>
internal sealed record BlockHeader(
    int Version,
    int Rows,
    string Source,
    string Fingerprint,
    DataUnit? Unit,
    IReadOnlyList<BlockColumn> Columns
)
{
    public const int Latest = 1;

    /// <summary>Bytes to whose multiples numbers are aligned.</summary>
    private const int Alignment = 64;

    private static readonly byte[] Magic = [.. "VIBLOCKS"u8];

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Columns of numbers and of texts, which stand row by row.</summary>
    [JsonIgnore]
    public IReadOnlyList<BlockColumn> Numeric => [.. Columns.Where(column => column.Kind != BlockKind.Date)];

    /// <summary>Columns of dates, which stand one after the other behind the numbers.</summary>
    [JsonIgnore]
    public IReadOnlyList<BlockColumn> Dated => [.. Columns.Where(column => column.Kind == BlockKind.Date)];

    /// <summary>The first bytes of the file, up to the first number.</summary>
    public byte[] Bytes()
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(this, Options);
        var start = Magic.Length + sizeof(int) + text.Length;
        var bytes = new byte[(start + Alignment - 1) / Alignment * Alignment];
        Magic.CopyTo(bytes, 0);
        BitConverter.TryWriteBytes(bytes.AsSpan(Magic.Length), text.Length);
        text.CopyTo(bytes, Magic.Length + sizeof(int));
        return bytes;
    }

    /// <summary>
    /// The header at the start of a file and the bytes before its first number; <paramref name="fail"/> makes the exception for a file
    /// that has none or is of another version.
    /// </summary>
    public static (BlockHeader Header, int Length) Read(Stream file, Func<string, Exception> fail)
    {
        var start = new byte[Magic.Length + sizeof(int)];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read < start.Length || !start.AsSpan().StartsWith(Magic))
        {
            throw fail("this is not a file of vilab import: it does not start with VIBLOCKS");
        }

        var length = BitConverter.ToInt32(start, Magic.Length);
        if (length < 0 || length > file.Length - start.Length)
        {
            throw fail("the file is damaged or cut short; import it again");
        }

        var text = new byte[length];
        file.ReadExactly(text);
        try
        {
            var header = JsonSerializer.Deserialize<BlockHeader>(Encoding.UTF8.GetString(text), Options);
            return header is not { Version: Latest }
                    ? throw fail(
                        $"the layout has the version {header?.Version}, and version {Latest} is read; import the table again"
                    )
                : header.Rows < 1
                || header.Columns is not { Count: > 0 }
                || header.Columns.Any(column => column is null || column.Levels?.Contains(null!) == true)
                    ? throw fail("the file is damaged; import it again")
                : (header, (start.Length + length + Alignment - 1) / Alignment * Alignment);
        }
        catch (JsonException)
        {
            throw fail("the file is damaged; import it again");
        }
    }
}
