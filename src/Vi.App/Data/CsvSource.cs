using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Vi.App.Data;

internal sealed record CsvSettings : TableSettings
{
    public required string Csv { get; init; }
}

/// <summary>Reads CSV files with a header line. A column counts as numeric if any of its cells is a number; then all must be.</summary>
internal sealed class CsvSource() : TableSource<CsvSettings>("csv", "a CSV file with a header line")
{
    private const int MostProblems = 5;

    protected override string PathOf(CsvSettings settings) => settings.Csv;

    protected override Table Read(TableRequest request)
    {
        using var stream = File.OpenRead(request.File);
        using var reader = new StreamReader(stream, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true);
        var broken = (string?)null;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            TrimOptions = TrimOptions.Trim,
            BadDataFound = args => broken ??= args.RawRecord.TrimEnd(),
            IgnoreBlankLines = false,
        };
        using var parser = new CsvParser(reader, configuration);
        return new Reading(request, parser, () => broken).Table();
    }

    private sealed class Reading(TableRequest request, CsvParser parser, Func<string?> broken)
    {
        private readonly List<Problem> problems = [];
        private readonly List<string> labels = [];
        private int problemCount;

        public Table Table()
        {
            var header = Header();
            var columns = header.Select(name => new CsvColumn(name, IsWanted(name))).ToList();
            var labelIndex = request.Labels is null ? -1 : header.IndexOf(request.Labels);
            var rows = Rows(columns, labelIndex);
            if (rows == 0 && problemCount == 0)
            {
                throw request.Fail(": there is a header line only; at least one row of numbers is needed");
            }

            foreach (var column in columns.Where(c => c.IsWanted == true || (c.IsWanted is null && c.HasNumbers)))
            {
                foreach (var (line, text) in column.BadCells)
                {
                    var remedy = IsMissing(text) ? request.GapRemedy : "";
                    Report($"line {line}, column \"{column.Name}\": {Explain(text)}{remedy}");
                }

                if (!column.HasNumbers && column.BadCellCount == 0 && rows > 0)
                {
                    Report(TableRequest.AllMissing(column.Name));
                }

                problemCount += column.BadCellCount - column.BadCells.Count;
            }

            if (problemCount > 0)
            {
                var more = problemCount - problems.Count;
                throw new ExperimentException(
                    more == 0
                        ? problems
                        :
                        [
                            .. problems,
                            new Problem(request.SettingPath, $"{request.Shown}: and {more} more such cells or rows"),
                        ]
                );
            }

            var numeric = columns.Where(c => c.IsWanted != false && c.HasNumbers).ToList();
            return new Table(
                [.. numeric.Select(c => new TableColumn(c.Name, [.. c.Numbers]))],
                [.. columns.Where(c => c.IsWanted is null && !c.HasNumbers).Select(c => c.Name)],
                labelIndex < 0 ? null : Classes(labels),
                request.Hash()
            );
        }

        private List<string> Header()
        {
            if (!parser.Read() || parser.Record is not { } cells || cells.All(string.IsNullOrWhiteSpace))
            {
                throw request.Fail(": the file is empty; a header line and rows of numbers are needed");
            }

            var header = cells.ToList();
            var twice = header.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
            if (twice is not null)
            {
                throw request.Fail($", line 1: two columns have the name \"{twice.Key}\"; rename one");
            }

            if (header.All(name => IsNumber(name, out _)))
            {
                throw request.Fail($", line 1: a header line with column names is needed; \"{header[0]}\" is a number");
            }

            request.CheckNames(header);
            return header;
        }

        /// <summary>True or false where the experiment decides, null where the cells decide.</summary>
        private bool? IsWanted(string name) =>
            name == request.Target ? true
            : request.Columns is not null ? request.Columns.Contains(name, StringComparer.Ordinal)
            : name == request.Labels ? false
            : null;

        private int Rows(List<CsvColumn> columns, int labelIndex)
        {
            var rows = 0;
            var line = parser.RawRow + 1;
            while (parser.Read())
            {
                var cells = parser.Record!;
                if (broken() is { } raw)
                {
                    throw request.Fail($", line {line}: a stray quotation mark in {raw}");
                }

                var blank = cells.Length <= 1 && columns.Count > 1 && string.IsNullOrWhiteSpace(cells.FirstOrDefault());
                if (blank || cells.Length == 0 || (columns.Count == 1 && parser.RawRecord.AsSpan().Trim().IsEmpty))
                {
                    line = parser.RawRow + 1;
                    continue;
                }

                rows++;
                if (cells.Length != columns.Count)
                {
                    Report($"line {line}: {Cells(cells.Length)}, but the header has {columns.Count}");
                }
                else
                {
                    Row(columns, cells, line);
                    if (labelIndex >= 0)
                    {
                        labels.Add(cells[labelIndex]);
                    }
                }

                line = parser.RawRow + 1;
            }

            return rows;
        }

        private void Row(List<CsvColumn> columns, string[] cells, int line)
        {
            for (var j = 0; j < cells.Length; j++)
            {
                if (columns[j].IsWanted == false)
                {
                    continue;
                }

                if (IsNumber(cells[j], out var value) && double.IsFinite(value))
                {
                    columns[j].Add(value);
                }
                else if (request.Gaps && IsMissing(cells[j]))
                {
                    columns[j].AddGap();
                }
                else
                {
                    columns[j].AddBadCell(line, cells[j]);
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
    }

    private sealed class CsvColumn(string name, bool? isWanted)
    {
        public string Name { get; } = name;

        public bool? IsWanted { get; } = isWanted;

        public List<double> Numbers { get; } = [];

        public bool HasNumbers { get; private set; }

        public List<(int Line, string Text)> BadCells { get; } = [];

        public int BadCellCount { get; private set; }

        public void Add(double value)
        {
            HasNumbers = true;
            Numbers.Add(value);
        }

        public void AddGap() => Numbers.Add(double.NaN);

        public void AddBadCell(int line, string text)
        {
            BadCellCount++;
            if (BadCells.Count < MostProblems)
            {
                BadCells.Add((line, text));
            }
        }
    }

    private static string Cells(int count) => count == 1 ? "1 cell" : $"{count} cells";

    private static string Explain(string text) =>
        text.Length == 0 ? "the cell is empty; a number is needed"
        : IsNumber(text, out _) ? $"\"{text}\" is not a finite number"
        : $"\"{text}\" is not a number";

    /// <summary>Ways to write that an entry is missing.</summary>
    private static bool IsMissing(string text) =>
        text.Length == 0
        || text.Equals("NA", StringComparison.OrdinalIgnoreCase)
        || text.Equals("NaN", StringComparison.OrdinalIgnoreCase);

    private static bool IsNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    /// <summary>Class numbers: the whole numbers themselves, otherwise the place of the text among all texts in order.</summary>
    private static List<int> Classes(List<string> texts)
    {
        if (texts.All(text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
        {
            return [.. texts.Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        }

        var order = texts
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select((text, i) => (text, i))
            .ToDictionary(p => p.text, p => p.i);
        return [.. texts.Select(text => order[text])];
    }
}
