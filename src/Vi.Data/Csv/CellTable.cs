namespace Vi.Data.Csv;

/// <summary>A cell that is no plain number.</summary>
internal readonly record struct TextCell(int Row, string Text);

/// <summary>A column as the file has it: numbers, and the text of the cells that are none.</summary>
/// <param name="Place">Its place in the file, from 0.</param>
internal sealed record CellColumn(string Name, int Place)
{
    /// <summary>One a row; not a number where the cell is a text.</summary>
    public List<double> Numbers { get; init; } = [];

    /// <summary>In the order of the rows.</summary>
    public List<TextCell> Texts { get; init; } = [];

    public void Add(double number) => Numbers.Add(number);

    public void Add(string text)
    {
        Texts.Add(new TextCell(Numbers.Count, text));
        Numbers.Add(double.NaN);
    }

    /// <summary>The text of a row; null where it has a plain number.</summary>
    public string? TextOf(int row)
    {
        var (low, high) = (0, Texts.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            switch (Texts[middle].Row.CompareTo(row))
            {
                case 0:
                    return Texts[middle].Text;
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return null;
    }

    /// <summary>The column without its last rows.</summary>
    public CellColumn First(int rows) =>
        this with
        {
            Numbers = Numbers[..rows],
            Texts = [.. Texts.TakeWhile(cell => cell.Row < rows)],
        };
}

/// <summary>All columns of a file that are kept, and the line of each row.</summary>
internal sealed record CellTable(
    IReadOnlyList<CellColumn> Columns,
    IReadOnlyList<int> Lines,
    IReadOnlyList<Finding> Findings
)
{
    public CellTable(
        (IReadOnlyList<CellColumn> Columns, IReadOnlyList<int> Lines) cells,
        IReadOnlyList<Finding> findings
    )
        : this(cells.Columns, cells.Lines, findings) { }

    public int Rows => Lines.Count;
}
