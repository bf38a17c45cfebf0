using Vi.Data.Columns;

namespace Vi.Data;

/// <summary>How a table is laid out.</summary>
internal enum Layout
{
    /// <summary>A row a date and a column an asset.</summary>
    Wide,

    /// <summary>A row for each date and asset, with its value.</summary>
    Long,
}

internal abstract record NamedTableSettings : TableSettings
{
    public Layout Layout { get; init; }
    public string? Date { get; init; }
    public string? Asset { get; init; }
    public string? Value { get; init; }
    public string? DateFormat { get; init; }
}

/// <summary>The cells of a source and how its texts are read.</summary>
internal sealed record SourceCells(CellTable Table, NumberText Numbers, GapText Gaps)
{
    /// <summary>Cells of a source with types: its texts have decimal points.</summary>
    public SourceCells(CellTable table)
        : this(table, new NumberText(isComma: false), new GapText([])) { }
}

/// <summary>A table whose columns have names, and hold numbers, texts or dates.</summary>
internal abstract class NamedTableSource<TSettings>(string name, string summary) : TableSource<TSettings>(name, summary)
    where TSettings : NamedTableSettings
{
    /// <summary>
    /// The cells of the columns that <see cref="KeptColumns"/> chooses. Raises <see cref="ExperimentException"/> for what cannot be read.
    /// </summary>
    protected abstract SourceCells Cells(TableRequest request, TSettings settings);

    /// <summary>The keys of <c>data</c> that a proposal needs besides the path.</summary>
    protected virtual JsonObject Proposed(TSettings settings) => [];

    protected override Table Read(TableRequest request, TSettings settings)
    {
        var (table, typing) = Typed(request, settings);
        return new ColumnChoice(request, typing).Table(table);
    }

    protected override TableProposal Propose(TableRequest request, int? columns)
    {
        var settings = Settings(request.Shown, new FileReading());
        var (table, typing) = Typed(request, settings);
        var more = Proposed(settings);
        if (LongTable.IsOne([.. table.Columns.Select(typing.Of)]))
        {
            (table, typing) = Typed(request, settings with { Layout = Layout.Long });
            more["layout"] = "long";
        }

        return new ColumnProposal(Name, request, table, typing).Of(columns) with
        {
            Settings = more,
        };
    }

    internal override StoredColumns Stored(TableRequest request, TSettings settings)
    {
        var (table, typing) = Typed(request, settings);
        return StoredColumns.Of(request, table, typing) with { Unit = settings.Unit ?? table.Unit };
    }

    /// <summary>The cells in the wide layout, and what tells their kinds.</summary>
    private (CellTable Table, ColumnTyping Typing) Typed(TableRequest request, TSettings settings)
    {
        var isLong = settings.Layout == Layout.Long;
        var whole = request with { Columns = null, Target = null, Labels = null, ReadsForFit = false };
        var (table, numbers, gaps) = Cells(isLong ? whole : request, settings);
        var typing = new ColumnTyping(numbers, gaps, settings.DateFormat, request.LastIsTarget);
        if (isLong)
        {
            table = new LongTable(request, settings.Date, settings.Asset, settings.Value).Wide(table, typing);
            request.CheckNames([.. table.Columns.Select(column => column.Name)]);
        }

        return (WithoutUnread(request, table), typing);
    }

    /// <summary>A finding for columns of types that are not read; an error for one that the experiment names.</summary>
    private static CellTable WithoutUnread(TableRequest request, CellTable table)
    {
        if (table.Unread.FirstOrDefault(column => request.Names(column.Name)) is { } asked)
        {
            throw request.Fail(
                $": column \"{asked.Name}\" has the type {asked.Type}, which holds neither numbers, dates nor texts; "
                    + "convert it where the table is made, or name other columns in data.columns"
            );
        }

        return table.Unread.Count == 0 || request.Columns is not null
            ? table
            : table with
            {
                Findings =
                [
                    .. table.Findings,
                    new Finding(Severity.Hint, "columns-of-other-types")
                    {
                        Subjects = [.. table.Unread.Select(column => $"{column.Name} ({column.Type})")],
                    },
                ],
            };
    }
}
