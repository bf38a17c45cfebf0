using Vi.Data.Columns;

namespace Vi.Data.Typed;

/// <summary>Collects the cells of a column from a source that has types.</summary>
internal sealed class TypedCells(string name, int place, TextPool pool)
{
    private readonly CellColumn column = new(name, place);
    private readonly List<DateTime?> times = [];
    private bool hasDates;

    public string Name => name;

    public int Count => column.Numbers.Count;

    public void Add(ReadOnlySpan<double> numbers)
    {
        foreach (var number in numbers)
        {
            column.Add(number);
        }
    }

    public void Add(double number) => column.Add(number);

    public void Add(DateTime time)
    {
        hasDates = true;
        // Those above are missing.
        while (times.Count < Count)
        {
            times.Add(null);
        }

        // Sources mark zones or not; the clock is what counts.
        times.Add(DateTime.SpecifyKind(time, DateTimeKind.Unspecified));
        column.Numbers.Add(double.NaN);
    }

    public void AddMissing() => column.AddMissing();

    public void Add(string text) => column.Add(pool.Of(text));

    /// <summary>A text that is the number that a file of text would hold, as decimals are.</summary>
    public void AddNumber(string digits) => column.Add(double.Parse(digits, CultureInfo.InvariantCulture));

    /// <summary>Adds a cell of any type that is read; false for another one.</summary>
    public bool Add(object? cell)
    {
        switch (cell)
        {
            case null or DBNull:
                AddMissing();
                break;
            case double number:
                Add(number);
                break;
            case float or Half or sbyte or byte or short or ushort or int or uint or long or ulong:
                Add(Convert.ToDouble(cell is Half half ? (double)half : cell, CultureInfo.InvariantCulture));
                break;
            case decimal number:
                AddNumber(number.ToString(CultureInfo.InvariantCulture));
                break;
            case bool isTrue:
                Add(isTrue ? "true" : "false");
                break;
            case string text:
                Add(text);
                break;
            case DateTime time:
                Add(time);
                break;
            case DateTimeOffset time:
                Add(time.UtcDateTime);
                break;
            case DateOnly day:
                Add(day.ToDateTime(default));
                break;
            default:
                return false;
        }

        return true;
    }

    /// <summary>The column, of dates where it holds any.</summary>
    public CellColumn Column()
    {
        if (!hasDates)
        {
            return column;
        }

        while (times.Count < Count)
        {
            times.Add(null);
        }

        return column with
        {
            Dates = new Dates(Dates.Typed, null, times),
        };
    }
}
