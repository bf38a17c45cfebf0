namespace Vi.Data.Columns;

/// <summary>A cell that is no plain number.</summary>
internal readonly record struct TextCell(int Row, string Text);

/// <summary>A column as the source has it: numbers, and the text of the cells that are none; or dates.</summary>
/// <param name="Place">Its place in the source, from 0.</param>
internal sealed record CellColumn(string Name, int Place)
{
    /// <summary>One a row; not a number where the cell is a text or a date.</summary>
    public List<double> Numbers { get; init; } = [];

    /// <summary>In the order of the rows; without text where the entry is missing.</summary>
    public List<TextCell> Texts { get; init; } = [];

    /// <summary>The dates of a column whose source gives them as such; null for any other.</summary>
    public Dates? Dates { get; init; }

    /// <summary>A column of dates, null where the entry is missing.</summary>
    public static CellColumn OfDates(string name, int place, Dates dates)
    {
        var column = new CellColumn(name, place) { Dates = dates };
        foreach (var time in dates.Times)
        {
            if (time is null)
            {
                column.AddMissing();
            }
            else
            {
                column.Numbers.Add(double.NaN);
            }
        }

        return column;
    }

    /// <summary>Adds a number; one that is not a number is a missing entry, an infinite one a text.</summary>
    public void Add(double number)
    {
        if (double.IsFinite(number))
        {
            Numbers.Add(number);
        }
        else
        {
            Add(double.IsNaN(number) ? "" : number.ToString("R", CultureInfo.InvariantCulture));
        }
    }

    public void Add(string text)
    {
        Texts.Add(new TextCell(Numbers.Count, text));
        Numbers.Add(double.NaN);
    }

    public void AddMissing() => Add("");

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

/// <summary>All columns of a source that are kept.</summary>
/// <param name="Lines">The line of each row; null where the source has no lines.</param>
internal sealed record CellTable(
    IReadOnlyList<CellColumn> Columns,
    IReadOnlyList<int>? Lines,
    IReadOnlyList<Finding> Findings
)
{
    public int Rows => Lines?.Count ?? (Columns.Count == 0 ? 0 : Columns[0].Numbers.Count);

    /// <summary>Columns whose type has no numbers, texts or dates, each with the type's name.</summary>
    public IReadOnlyList<UnreadColumn> Unread { get; init; } = [];

    /// <summary>Lower-case hexadecimal SHA-256 of what was read; null for that of the file.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The unit that the source states; null where it states none.</summary>
    public DataUnit? Unit { get; init; }
}

/// <summary>A column of a type that is not read.</summary>
internal sealed record UnreadColumn(string Name, string Type);
