using Vi.Data.Columns;

namespace Vi.Data.Csv;

/// <summary>Lines above a table, such as a title, comments and empty lines.</summary>
internal static class LinesAbove
{
    /// <summary>Lines among which the header is looked for.</summary>
    private const int Most = 50;

    /// <summary>Characters of a line that a finding quotes.</summary>
    private const int MostQuoted = 60;

    private static readonly NumberText[] Numbers = [new(false), new(true)];

    /// <summary>
    /// The number of lines above the header; 0 where the first row is the header, or nothing below looks more like one. Raises
    /// <see cref="ExperimentException"/> where a line above has several cells, so that it may be part of the table.
    /// </summary>
    /// <param name="read">The delimiter and the rows of a text.</param>
    /// <param name="before">Lines of the file before the text.</param>
    public static int Recognised(
        TableRequest request,
        string text,
        int before,
        Func<string, (Delimiter Delimiter, List<string[]> Rows)> read,
        List<Finding> findings
    )
    {
        var lines = text.Split('\n');
        for (var above = 0; above < System.Math.Min(Most, lines.Length - 1); above++)
        {
            if (IsBlank(lines[above]))
            {
                continue;
            }

            var (delimiter, rows) = read(string.Join('\n', lines[above..]));
            if (rows.Count < 2 || Array.TrueForAll(rows[0], IsNumber))
            {
                break;
            }

            var isWide = rows[0].Length > 1;
            if (!IsFirst(rows, lines[above]))
            {
                continue;
            }

            if (isWide && Array.TrueForAll(lines[..above], IsBlank))
            {
                break;
            }

            // Lines of a single cell are a column or stand above a table that is wider.
            var isBelowComments =
                above > 0 && Array.TrueForAll(lines[..above], line => IsComment(line) || IsBlank(line));
            if (above > 0 && (isWide || isBelowComments) && IsHeader(rows[0], rows))
            {
                Check(request, lines[..above], before, rows[0].Length, line => CsvFormat.Rows(line, delimiter));
                findings.Add(
                    Finding.Of(Severity.Hint, "lines-above-header", ("lines", before + above)) with
                    {
                        Subjects = [Quoted(Array.Find(lines, line => !IsBlank(line))!)],
                    }
                );
                return above;
            }
        }

        return 0;
    }

    /// <summary>Whether a table begins with the first of the rows: the others fit below it, and it is neither a title nor a comment.</summary>
    private static bool IsFirst(List<string[]> rows, string line)
    {
        var width = rows[0].Length;
        var fitting = rows.Count(row => row.Length == width || (width > 1 && row.Length == width + 1));
        var isTitle =
            width > 2 && Filled(rows[0]) <= 1 && IsHeader(rows.Skip(1).FirstOrDefault(row => Filled(row) > 1), rows);
        var isComment = IsComment(line) && IsHeader(rows.Skip(1).FirstOrDefault(row => !IsComment(row[0])), rows);
        return fitting >= 0.7 * rows.Count && !isTitle && !isComment;
    }

    /// <summary>Whether a row without numbers is among rows of which some have numbers.</summary>
    private static bool IsHeader(string[]? row, List<string[]> rows) =>
        row is not null && !row.Any(IsNumber) && rows.Exists(other => other.Any(IsNumber));

    private static bool IsBlank(string line) => string.IsNullOrWhiteSpace(line);

    private static void Check(
        TableRequest request,
        string[] above,
        int before,
        int width,
        Func<string, List<string[]>> read
    )
    {
        foreach (var (i, line) in above.Index())
        {
            if (!IsBlank(line) && !IsComment(line) && Filled(read(line)[0]) is > 1 and var cells)
            {
                throw request.Fail(
                    $", line {before + i + 1}: {cells} cells, but the rows from line {before + above.Length + 1} on have {width}. "
                        + $"If line {before + above.Length + 1} is the header, set data.skipLines to {before + above.Length}"
                );
            }
        }
    }

    private static bool IsComment(string line) => line.TrimStart() is ['#', ..] or ['%', ..] or ['/', '/', ..];

    private static int Filled(string[] row) => row.Count(cell => !string.IsNullOrWhiteSpace(cell));

    private static bool IsNumber(string cell) =>
        Array.Exists(Numbers, numbers => numbers.IsPlain(cell, out _) || numbers.Read(cell, out _) is not null);

    private static string Quoted(string line)
    {
        var text = Printable.Text(line.Trim());
        return text.Length <= MostQuoted ? text : $"{text[..MostQuoted]}...";
    }
}
