using Vi.Data.Columns;

namespace Vi.Data.Csv;

/// <summary>Tells a line of names from a row of data.</summary>
internal static class HeaderLine
{
    /// <summary>
    /// Whether the first row holds names. Raises <see cref="ExperimentException"/> where it holds numbers that may be names or data.
    /// </summary>
    /// <param name="line">The number of its line in the file.</param>
    /// <param name="rows">The rows after it.</param>
    public static bool Recognised(
        TableRequest request,
        int line,
        string[] first,
        IReadOnlyList<string[]> rows,
        NumberText numbers,
        List<Finding> findings
    )
    {
        bool IsNumber(string cell) => numbers.IsPlain(cell, out _) || numbers.Read(cell, out _) is not null;
        bool HoldsNumbers(int j) => rows.Any(row => j < row.Length && IsNumber(row[j]));
        bool HoldsDates(int j) =>
            rows.Count > 0
            && DateText.Of([.. rows.Take(20).Select(row => j < row.Length && row[j].Length > 0 ? row[j] : null)], null)
                is not null;
        var places = Enumerable.Range(0, first.Length).ToList();
        var suspects = places.FindAll(j => IsNumber(first[j]) && (rows.Count == 0 || HoldsNumbers(j)));
        if (suspects.Count == 0)
        {
            return true;
        }

        // A word above numbers or dates is a name, and so is all that stands next to it.
        var isSure = places.Exists(j =>
            first[j].Length > 0
            && !IsNumber(first[j])
            && !new GapText([]).IsIn(first[j], numeric: true)
            && (HoldsNumbers(j) || (HoldsDates(j) && DateText.Of([first[j]], null) is null))
        );
        if (isSure)
        {
            return true;
        }

        if (Counts([.. suspects.Select(j => first[j])], first.Length) && rows.SelectMany(row => row).Any(HasDecimals))
        {
            findings.Add(
                new Finding(Severity.Hint, "header-of-numbers") { Subjects = [first[suspects[0]], first[suspects[^1]]] }
            );
            return true;
        }

        throw request.Fail(
            $", line {line}: a header line with column names is needed; \"{Printable.Cell(first[suspects[0]])}\" is a number. "
                + $"Set data.header to false if line {line} is a row of data, or to true if its numbers are names"
        );
        bool HasDecimals(string cell) =>
            (numbers.IsPlain(cell, out var value) || (numbers.Read(cell, out _) is { } read && (value = read) == read))
            && value != System.Math.Floor(value);
    }

    /// <summary>The cells as printable names, each of which may occur once; an empty one is named by its place.</summary>
    public static IReadOnlyList<string> Names(TableRequest request, int line, string[] first)
    {
        List<string> names =
        [
            .. first.Select((name, j) => name.Length == 0 ? $"column {j + 1}" : Printable.Text(name)),
        ];
        var twice = names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? names
            : throw request.Fail(
                $", line {line}: two columns have the name \"{Printable.Cell(twice.Key)}\"; rename one"
            );
    }

    /// <summary>Whether three or more cells are 0, 1, 2, ... or 1, 2, 3, ... or years in a row.</summary>
    private static bool Counts(IReadOnlyList<string> cells, int width)
    {
        var values = cells
            .Select(cell => int.TryParse(cell, CultureInfo.InvariantCulture, out var value) ? value : -1)
            .ToList();
        var byOne = values.Zip(values.Skip(1)).All(pair => pair.Second == pair.First + 1);
        var least = width > cells.Count ? 2 : 3;
        return byOne && values.Count >= least && values[0] is 0 or 1 or (>= 1500 and <= 2299);
    }
}
