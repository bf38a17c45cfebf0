namespace Vi.Data.Columns;

/// <summary>What is wrong with cells, the first few each with its line.</summary>
internal sealed class CellProblems(TableRequest request)
{
    private const int Most = 5;
    private const int MostQuoted = 3;

    private readonly List<Problem> problems = [];
    private int count;

    public void Add(string message)
    {
        count++;
        if (problems.Count < Most)
        {
            problems.Add(new Problem(request.SettingPath, $"{request.Shown}, {message}"));
        }
    }

    /// <summary>Missing entries, where none may be.</summary>
    public void Missing(TypedColumn column, RowPlaces places)
    {
        if (request.Gaps == Gaps.None)
        {
            Cells(column, column.Missing, places, request.GapRemedy);
        }
    }

    public void Bad(TypedColumn column, RowPlaces places) =>
        Cells(
            column,
            column.Bad,
            places,
            // The only text of a column may be its name, below a title.
            column.Bad
                is [{ Row: 0 }]
            && places.Lines is { } lines
                ? $". If line {lines[0]} is the header, set data.skipLines to {lines[0] - 1}"
                : ""
        );

    /// <summary>Texts where the fitted rows had numbers.</summary>
    public void NoNumbers(TypedColumn column, RowPlaces places) =>
        Cells(column, column.Cells.Texts.FindAll(cell => !column.Missing.Contains(cell)), places, "");

    /// <summary>A column of texts with too few or too many different ones.</summary>
    public void Texts(TypedColumn column, IReadOnlyList<string> levels, bool isTarget, int most, RowPlaces places)
    {
        var quoted = string.Join(", ", levels.Take(MostQuoted).Select(level => $"\"{Printable.Cell(level)}\""));
        if (levels.Count < 2)
        {
            Add($"column \"{column.Name}\" holds the single text {quoted}, so it carries no information");
        }
        else if (isTarget && request.Target is null && request.Columns is null)
        {
            Add(
                $"the last column, \"{column.Name}\", holds {levels.Count} different texts ({quoted}{(levels.Count > MostQuoted ? ", ..." : "")}) and cannot be the target; "
                    + "name the target in data.target"
            );
        }
        else
        {
            var first = column.Cells.Texts.Find(cell => !column.Missing.Contains(cell));
            Add(
                $"{places.Of(first.Row)}, column \"{column.Name}\": \"{Printable.Cell(first.Text)}\" is not a number, and {levels.Count} different texts are "
                    + (
                        isTarget
                            ? "more than the two classes of a target"
                            : $"more than the {most} of which indicators are made"
                    )
            );
        }
    }

    public void ThrowIfAny()
    {
        if (count > problems.Count)
        {
            problems.Add(
                new Problem(
                    request.SettingPath,
                    $"{request.Shown}: and {count - problems.Count} more such cells or rows"
                )
            );
        }

        ExperimentException.ThrowIfAny(problems);
    }

    private void Cells(TypedColumn column, IReadOnlyList<TextCell> cells, RowPlaces places, string remedy)
    {
        foreach (var (row, text) in cells)
        {
            Add($"{places.Of(row)}, column \"{column.Name}\": {Explain(text, column)}{remedy}");
        }
    }

    private static string Explain(string text, TypedColumn column) =>
        text.Length == 0 ? "the cell is empty; a number is needed"
        : text.Contains('%', StringComparison.Ordinal) && !column.IsPercent
            ? $"\"{Printable.Cell(text)}\" has a percent sign, and other cells of the column have none"
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && !double.IsFinite(value)
            ? $"\"{Printable.Cell(text)}\" is not a finite number"
        : $"\"{Printable.Cell(text)}\" is not a number";
}
