namespace Vi.Data.Columns;

internal enum ColumnKind
{
    /// <summary>Every entry is missing.</summary>
    Empty,
    Number,

    /// <summary>Dates written as texts.</summary>
    Date,
    Text,
}

/// <summary>A column with what its cells are.</summary>
internal sealed record TypedColumn(CellColumn Cells, ColumnKind Kind)
{
    public string Name => Cells.Name;

    /// <summary>One a row; not a number where the entry is missing or no number.</summary>
    public IReadOnlyList<double> Numbers { get; init; } = [];

    /// <summary>The dates that the texts, or the whole numbers, are; null where they are none.</summary>
    public Dates? Dates { get; init; }

    /// <summary>Whether the numbers only number the rows.</summary>
    public bool IsIndex { get; init; }

    /// <summary>Whether the default columns leave it out although it may hold numbers.</summary>
    public bool IsLabel => IsIndex || Dates is not null;

    public IReadOnlyList<TextCell> Missing { get; init; } = [];

    /// <summary>Cells of a column of numbers that are neither numbers nor missing.</summary>
    public IReadOnlyList<TextCell> Bad { get; init; } = [];

    public bool IsPercent { get; init; }

    public bool HasGroups { get; init; }

    public string? Currency { get; init; }

    /// <summary>Whether the last row has no date, which all others have.</summary>
    public bool LastHasNoDate { get; init; }

    /// <summary>The text of each row, null where the entry is missing; numbers as the program writes them.</summary>
    public IReadOnlyList<string?> AllTexts()
    {
        var texts = new string?[Cells.Numbers.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Cells.Numbers[i].ToString("R", CultureInfo.InvariantCulture);
        }

        foreach (var (row, time) in (Cells.Dates?.Times ?? []).Index())
        {
            texts[row] = time is null ? null : RowPlaces.Day(time.Value);
        }

        foreach (var (row, text) in Cells.Texts)
        {
            texts[row] = text;
        }

        foreach (var (row, _) in Missing)
        {
            texts[row] = null;
        }

        return texts;
    }
}

/// <summary>Tells what the cells of a column are.</summary>
/// <param name="dateFormat">The format of dates that the experiment gives; null to find it.</param>
/// <param name="explains">Whether the model explains a target.</param>
internal sealed class ColumnTyping(NumberText numbers, GapText gaps, string? dateFormat, bool explains)
{
    public TypedColumn Of(CellColumn column)
    {
        var missing = column.Texts.FindAll(cell => gaps.IsIn(cell.Text, numeric: true));
        if (column.Dates is { } given)
        {
            return missing.Count == column.Numbers.Count
                ? new TypedColumn(column, ColumnKind.Empty) { Missing = missing }
                : new TypedColumn(column, ColumnKind.Date) { Missing = missing, Dates = given };
        }

        var others = column.Texts.FindAll(cell => !gaps.IsIn(cell.Text, numeric: true));
        var plain = column.Numbers.Count - column.Texts.Count;
        if (others.Count == 0)
        {
            return plain == 0
                ? new TypedColumn(column, ColumnKind.Empty) { Missing = missing }
                : Named(new TypedColumn(column, ColumnKind.Number) { Numbers = column.Numbers, Missing = missing });
        }

        if (plain == 0 && AsDates(column, missing) is { } dates)
        {
            return dates;
        }

        var marked = Marked(column, others, plain);
        if (marked is not null)
        {
            return Named(marked with { Missing = missing });
        }

        // Among texts, "none" or "-" may be a value like any other.
        return new TypedColumn(column, ColumnKind.Text)
        {
            Missing = column.Texts.FindAll(cell => gaps.IsIn(cell.Text, numeric: false)),
        };
    }

    private TypedColumn Named(TypedColumn column)
    {
        if (column.Bad.Count > 0)
        {
            return column;
        }

        var (name, isFirst, values) = (column.Name, column.Cells.Place == 0, column.Numbers);
        return Counters.DatesOf(name, isFirst, values) is { } dates
            ? column with
            {
                Dates = dates,
            }
            : column with
            {
                IsIndex = column.Missing.Count == 0 && Counters.IsIndex(name, isFirst, values, explains),
            };
    }

    /// <summary>A column of dates, of which the last row may have none.</summary>
    private TypedColumn? AsDates(CellColumn column, List<TextCell> missing)
    {
        var texts = new TypedColumn(column, ColumnKind.Text) { Missing = missing }.AllTexts();
        if (DateText.Of(texts, dateFormat) is { } dates)
        {
            return new TypedColumn(column, ColumnKind.Date)
            {
                Missing = missing,
                Dates = dates,
                LastHasNoDate = texts.Count > 3 && missing is [{ Row: var row }] && row == texts.Count - 1,
            };
        }

        return texts.Count > 3 && DateText.Of([.. texts.Take(texts.Count - 1)], dateFormat) is { } above
            ? new TypedColumn(column, ColumnKind.Date)
            {
                Missing = missing,
                Dates = above with { Times = [.. above.Times, null] },
                LastHasNoDate = true,
            }
            : null;
    }

    /// <summary>
    /// A column in which numbers carry signs of currencies, percent or groups of digits; where some cells are numbers, all must be.
    /// </summary>
    private TypedColumn? Marked(CellColumn column, List<TextCell> texts, int plain)
    {
        var values = column.Numbers.ToArray();
        var read = new List<(TextCell Cell, NumberMarks Marks)>();
        var bad = new List<TextCell>();
        foreach (var cell in texts)
        {
            if (numbers.Read(cell.Text, out var marks) is { } value)
            {
                values[cell.Row] = value;
                read.Add((cell, marks));
            }
            else
            {
                bad.Add(cell);
            }
        }

        if (plain == 0 && read.Count < bad.Count)
        {
            return null;
        }

        // A percent sign changes the unit, and so does another currency: a column has one of them throughout or none.
        var isPercent = read.Count > 0 && read.TrueForAll(one => one.Marks.IsPercent) && plain == 0;
        var currency = read.Select(one => one.Marks.Currency)
            .OfType<string>()
            .GroupBy(name => name, StringComparer.Ordinal)
            .MaxBy(group => group.Count())
            ?.Key;
        bad.AddRange(
            read.Where(one => one.Marks.IsPercent != isPercent || (one.Marks.Currency is { } own && own != currency))
                .Select(one => one.Cell)
        );
        return new TypedColumn(column, ColumnKind.Number)
        {
            Numbers = values,
            Bad = [.. bad.OrderBy(cell => cell.Row)],
            IsPercent = isPercent,
            Currency = currency,
            HasGroups = read.Exists(one => one.Marks.HasGroups),
        };
    }
}
