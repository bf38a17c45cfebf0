using CsvHelper;
using CsvHelper.Configuration;
using Vi.Data.Columns;

namespace Vi.Data.Csv;

/// <summary>What stands between the cells of a row.</summary>
internal enum Delimiter
{
    Comma,
    Semicolon,
    Tab,
    Bar,
    Space,
}

/// <summary>What stands before the decimals of a number.</summary>
internal enum DecimalSign
{
    Point,
    Comma,
}

/// <summary>A cell more in each row than the header has.</summary>
internal enum ExtraCell
{
    None,

    /// <summary>The first one: the name of the row.</summary>
    RowName,

    /// <summary>The last one, which is empty: each row ends with a delimiter.</summary>
    Last,
}

/// <summary>How a CSV file writes its table.</summary>
/// <param name="SkippedLines">Lines before the table.</param>
/// <param name="Names">Names of the columns, printable.</param>
/// <param name="HasHeader">Whether the table's first row holds them.</param>
/// <param name="Findings">What was recognised and may surprise.</param>
internal sealed record CsvFormat(
    Delimiter Delimiter,
    DecimalSign Decimal,
    int SkippedLines,
    bool HasHeader,
    ExtraCell Extra,
    IReadOnlyList<string> Names,
    IReadOnlyList<Finding> Findings
)
{
    private const int MostRows = 1000;

    public NumberText Numbers { get; } = new(Decimal == DecimalSign.Comma);

    /// <summary>The format of a file that begins so, with what the experiment gives of it.</summary>
    public static CsvFormat Of(TableRequest request, CsvSettings settings, string head)
    {
        // Excel reads this line, and some programs write it.
        var hasSeparator = head.StartsWith("sep=", StringComparison.OrdinalIgnoreCase);
        var findings = new List<Finding>();
        var named =
            hasSeparator && head.Length > 4 && ",;\t|".IndexOf(head[4], StringComparison.Ordinal) is >= 0 and var at
                ? (Delimiter?)at
                : null;
        (Delimiter Delimiter, List<string[]> Rows) Read(string part)
        {
            var chosen = settings.Delimiter ?? named ?? Recognised(part);
            return (chosen, Rows(part, chosen));
        }

        var skipped = settings.SkipLines ?? (hasSeparator ? 1 : 0);
        if (settings is { SkipLines: null, Header: not false })
        {
            skipped += LinesAbove.Recognised(request, After(head, skipped), skipped, Read, findings);
        }

        var text = After(head, skipped);
        var (delimiter, rows) = Read(text);
        if (rows.Count == 0)
        {
            throw request.Fail(
                settings.SkipLines > 0
                    ? $": nothing is left after the {settings.SkipLines} lines of data.skipLines"
                    : ": the file is empty; a header line and rows of numbers are needed"
            );
        }

        var line = skipped + 1 + text.Split('\n').TakeWhile(string.IsNullOrWhiteSpace).Count();
        if (settings.Delimiter is null && delimiter != Delimiter.Comma)
        {
            findings.Add(new Finding(Severity.Hint, $"delimiter-{Code(delimiter)}"));
        }

        var sign = settings.Decimal ?? DecimalSigns.Recognised(request, rows.Skip(1), delimiter);
        if (settings.Decimal is null && sign == DecimalSign.Comma)
        {
            findings.Add(new Finding(Severity.Hint, "decimal-comma"));
        }

        var numbers = new NumberText(sign == DecimalSign.Comma);
        var extra = ExtraCellOf(rows);
        string[] first = extra == ExtraCell.RowName ? ["", .. rows[0]] : rows[0];
        var hasHeader =
            settings.Header ?? HeaderLine.Recognised(request, line, first, rows.Skip(1).ToList(), numbers, findings);
        return new CsvFormat(
            delimiter,
            sign,
            skipped,
            hasHeader,
            hasHeader ? extra : ExtraCell.None,
            hasHeader ? HeaderLine.Names(request, line, first) : [.. rows[0].Select((_, j) => $"x{j + 1}")],
            findings
        );
    }

    public static CsvConfiguration Configuration(Delimiter delimiter, BadDataFound? broken = null) =>
        new(CultureInfo.InvariantCulture)
        {
            Delimiter = $"{",;\t| "[(int)delimiter]}",
            TrimOptions = TrimOptions.Trim,
            WhiteSpaceChars = delimiter == Delimiter.Space ? [] : [' '],
            BadDataFound = broken,
            IgnoreBlankLines = false,
        };

    /// <summary>A text after so many of its lines.</summary>
    private static string After(string text, int lines)
    {
        var start = 0;
        for (var i = 0; i < lines && start < text.Length; i++)
        {
            var end = text.IndexOf('\n', start);
            start = end < 0 ? text.Length : end + 1;
        }

        return text[start..];
    }

    private static string Code(Delimiter delimiter) => $"{delimiter}".ToLowerInvariant();

    /// <summary>The rows of a text that are not blank, at most so many.</summary>
    public static List<string[]> Rows(string text, Delimiter delimiter)
    {
        using var parser = new CsvParser(new StringReader(text), Configuration(delimiter));
        var rows = new List<string[]>();
        while (rows.Count < MostRows && parser.Read())
        {
            if (!Array.TrueForAll(parser.Record!, string.IsNullOrWhiteSpace))
            {
                rows.Add(parser.Record!);
            }
        }

        return rows;
    }

    /// <summary>The delimiter that gives each row as many cells as the header, and the most of them.</summary>
    private static Delimiter Recognised(string text)
    {
        var most = (Delimiter.Comma, Cells: 1);
        foreach (var delimiter in Enum.GetValues<Delimiter>())
        {
            var rows = Rows(text, delimiter);
            // Names and texts have spaces, too: they separate cells only where nothing else does.
            if (rows.Count == 0 || (delimiter == Delimiter.Space && (most.Cells > 1 || rows.Count == 1)))
            {
                continue;
            }

            var cells = rows[0].Length;
            var fitting = rows.Count(row => row.Length == cells || (cells > 1 && row.Length == cells + 1));
            // A row that does not fit is a mistake in the file, which the reading will name.
            if (
                cells > most.Cells && fitting >= System.Math.Max(2, 0.7 * rows.Count)
                || (rows.Count == 1 && cells > most.Cells)
            )
            {
                most = (delimiter, cells);
            }
        }

        return most.Comma;
    }

    private static ExtraCell ExtraCellOf(List<string[]> rows)
    {
        var width = rows[0].Length + 1;
        return rows.Count < 2 || rows.Skip(1).Any(row => row.Length != width) ? ExtraCell.None
            : rows.Skip(1).All(row => row[^1].Length == 0) ? ExtraCell.Last
            : width > 2 ? ExtraCell.RowName
            : ExtraCell.None;
    }
}
