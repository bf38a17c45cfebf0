using CsvHelper;
using Vi.Data.Columns;

namespace Vi.Data.Csv;

/// <summary>Reads the cells of a CSV file whose format is known.</summary>
internal sealed class CsvReading(TableRequest request, CsvFormat format, GapText gaps)
{
    private const int MostProblems = 5;

    private readonly TextPool pool = new();
    private readonly List<Problem> problems = [];
    private int problemCount;

    /// <summary>The column whose cells stay as they are written, such as codes that start with zeros; null for none.</summary>
    public string? Verbatim { get; init; }

    /// <summary>Columns and line numbers. Raises <see cref="ExperimentException"/> for rows of another length than the header.</summary>
    public (IReadOnlyList<CellColumn> Columns, IReadOnlyList<int> Lines) Cells(TextReader text)
    {
        for (var i = 0; i < format.SkippedLines; i++)
        {
            text.ReadLine();
        }

        var broken = (string?)null;
        using var parser = new CsvParser(
            text,
            CsvFormat.Configuration(format.Delimiter, args => broken ??= args.RawRecord.TrimEnd())
        );
        var kept = Kept();
        var lines = new List<int>();
        Rows(parser, kept, lines, () => broken);
        if (problemCount > 0)
        {
            var more = problemCount - problems.Count;
            throw new ExperimentException(
                more == 0
                    ? problems
                    : [.. problems, new Problem(request.SettingPath, $"{request.Shown}: and {more} more such rows")]
            );
        }

        return lines.Count > 0
            ? ([.. kept.OfType<CellColumn>()], lines)
            : throw request.Fail(": there is a header line only; at least one row of numbers is needed");
    }

    /// <summary>The columns in the file's order; null for those that are not kept.</summary>
    private CellColumn?[] Kept() =>
        [
            .. format
                .Names.Zip(KeptColumns.Of(request, format.Names))
                .Select((column, j) => column.Second ? new CellColumn(column.First, j) : null),
        ];

    private void Rows(CsvParser parser, CellColumn?[] columns, List<int> lines, Func<string?> broken)
    {
        var line = 1 + format.SkippedLines;
        var isHeader = format.HasHeader;
        var width = columns.Length + (format.Extra == ExtraCell.Last ? 1 : 0);
        while (parser.Read())
        {
            var cells = parser.Record!;
            var isBlank =
                cells.Length <= 1
                && string.IsNullOrWhiteSpace(cells.FirstOrDefault())
                && (columns.Length > 1 || parser.RawRecord.AsSpan().Trim().IsEmpty);
            if (broken() is { } raw)
            {
                throw request.Fail($", line {line}: a stray quotation mark in {Printable.Cell(raw)}");
            }

            if (isHeader && !isBlank)
            {
                isHeader = false;
            }
            else if (!isBlank)
            {
                if (cells.Length == width)
                {
                    lines.Add(line);
                    Row(columns, cells);
                }
                else
                {
                    Report(
                        $"line {line}: {Cells(cells.Length)}, but the header has {columns.Length}"
                            + (lines.Count == 0 ? ". If the header stands further down, set data.skipLines" : "")
                    );
                }
            }

            line = parser.RawRow + 1 + format.SkippedLines;
        }
    }

    private void Row(CellColumn?[] columns, string[] cells)
    {
        for (var j = 0; j < columns.Length; j++)
        {
            if (columns[j] is not { } column)
            {
                continue;
            }

            if (column.Name == Verbatim || !format.Numbers.IsPlain(cells[j], out var value) || !double.IsFinite(value))
            {
                column.Add(pool.Of(cells[j]));
            }
            else if (gaps.Is(value))
            {
                column.Add(value.ToString("R", CultureInfo.InvariantCulture));
            }
            else
            {
                column.Add(value);
            }
        }
    }

    private void Report(string message)
    {
        problemCount++;
        if (problems.Count < MostProblems)
        {
            problems.Add(new Problem(request.SettingPath, $"{request.Shown}, {message}"));
        }
    }

    private static string Cells(int count) => count == 1 ? "1 cell" : $"{count} cells";
}
