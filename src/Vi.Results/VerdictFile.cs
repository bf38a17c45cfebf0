namespace Vi.Results;

/// <summary>Verdicts of one algorithm on one kind of data set, as JSON lines: a head, then a line for each data set in their order.</summary>
public static class VerdictFile
{
    private static readonly JsonSerializerOptions Line = new(ResultJson.ReadableOptions) { WriteIndented = false };

    /// <summary>Version of the layout.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The file of a kind and an algorithm in a folder.</summary>
    public static string PathOf(string folder, string kind, string algorithm) =>
        Path.Combine(folder, $"{Slug(kind)}--{Slug(algorithm)}.jsonl");

    /// <summary>Writes the file beside <paramref name="path"/> and renames it.</summary>
    public static void Write(string path, VerdictFileHead head, IEnumerable<VerdictRecord> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        string[] lines =
        [
            JsonSerializer.Serialize(head, Line),
            .. rows.OrderBy(row => row.Number).Select(row => JsonSerializer.Serialize(row, Line)),
        ];
        AtomicFile.WriteText(path, string.Join('\n', lines) + "\n");
    }

    /// <summary>The verdicts stored at <paramref name="path"/> under the same head; none where there is no such file.</summary>
    /// <exception cref="ResultFileException">The file is broken.</exception>
    public static IReadOnlyList<VerdictRecord> Read(string path, VerdictFileHead head)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        var lines = File.ReadAllLines(path);
        try
        {
            return lines.Length > 0 && JsonSerializer.Deserialize<VerdictFileHead>(lines[0], Line) == head
                ? [.. lines.Skip(1).Select(line => JsonSerializer.Deserialize<VerdictRecord>(line, Line)!)]
                : [];
        }
        catch (JsonException error)
        {
            throw new ResultFileException($"{path}: {error.Message} Delete the file, or run without --resume.", error);
        }
    }

    private static string Slug(string name) =>
        string.Join(
            '-',
            string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? char.ToLowerInvariant(c) : ' '))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        );
}
