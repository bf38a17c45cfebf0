namespace Vi.Data.Columns;

/// <summary>What was recognised of the columns of a table, as findings.</summary>
internal sealed class ColumnFacts(
    TableRequest request,
    RowPlaces places,
    IReadOnlyList<TypedColumn> columns,
    IReadOnlyList<TypedColumn> used,
    TypedColumn? target
)
{
    /// <summary>What is said of the dates of new rows as well: other facts of columns were said when they were fitted.</summary>
    public IEnumerable<Finding> OfDates() => [.. Dates()];

    /// <summary>What is said of a table that no model reads yet.</summary>
    public IEnumerable<Finding> OfTable() => [.. Marks(), .. Gaps(), .. Dates()];

    public IEnumerable<Finding> Findings() => [.. Marks(), .. Gaps(), .. LeftOut(), .. Dates(), .. Rising()];

    /// <summary>Signs around numbers that were left away.</summary>
    private IEnumerable<Finding> Marks() =>
        [
            .. About("percent-signs", used.Where(column => column.IsPercent)),
            .. About("groups-of-digits", used.Where(column => column.HasGroups)),
            .. About("currency-signs", used.Where(column => column.Currency is not null)),
        ];

    /// <summary>How missing entries are written.</summary>
    private IEnumerable<Finding> Gaps() =>
        used.SelectMany(column => column.Missing)
            // A null of a typed source is no way of writing.
            .Where(cell => places.Lines is not null || cell.Text.Length > 0)
            .CountBy(cell => cell.Text, StringComparer.Ordinal)
            .Select(pair =>
                Finding.Of(
                    Severity.Hint,
                    "gap-spelling",
                    ("cells", pair.Value),
                    ("empty", pair.Key.Length == 0 ? 1 : 0)
                ) with
                {
                    Subjects = [Printable.Cell(pair.Key)],
                }
            );

    private IEnumerable<Finding> LeftOut()
    {
        if (request.Columns is not null)
        {
            yield break;
        }

        var left = columns.Except(used).Where(column => column.Name != request.Labels).ToList();
        foreach (
            var finding in (IEnumerable<Finding>)
                [
                    .. About("columns-left-out", left.Where(column => column.Kind == ColumnKind.Text)),
                    .. About("empty-columns", left.Where(column => column.Kind == ColumnKind.Empty)),
                    .. About("index-column", left.Where(column => column.IsIndex)),
                ]
        )
        {
            yield return finding;
        }

        if (target is not null && request.Target is null && left.Exists(column => column.Kind == ColumnKind.Text))
        {
            yield return new Finding(Severity.Hint, "target-is-last") { Subjects = [target.Name] };
        }
    }

    private IEnumerable<Finding> Dates()
    {
        foreach (var column in columns.Where(column => column.Dates is not null && !used.Contains(column)))
        {
            var dates = column.Dates!;
            var known = dates.Known.ToList();
            yield return Finding.Of(Severity.Hint, "date-column", ("ambiguous", dates.Other is null ? 0 : 1)) with
            {
                Subjects =
                [
                    column.Name,
                    dates.Format,
                    RowPlaces.Day(known.Min().Date),
                    RowPlaces.Day(known.Max().Date),
                    dates.Other ?? "",
                ],
            };
            if (column.LastHasNoDate)
            {
                yield return Finding.Of(
                    Severity.Warning,
                    "last-row-without-date",
                    places.Figures(column.Dates!.Times.Count - 1)
                ) with
                {
                    Subjects = [column.Name],
                };
            }
        }

        if (columns.FirstOrDefault(column => column.Dates is not null) is { } first)
        {
            foreach (var finding in new[] { Order(first), Repeated(first), Zones(first) }.OfType<Finding>())
            {
                yield return finding;
            }
        }
    }

    /// <summary>Rows with the date of another one.</summary>
    private Finding? Repeated(TypedColumn column)
    {
        var seen = new HashSet<DateTime>();
        var repeated = column.Dates!.Times.Index().Where(time => time.Item is { } known && !seen.Add(known)).ToList();
        return repeated.Count == 0
            ? null
            : Finding.Of(
                request.OrderMatters ? Severity.Warning : Severity.Hint,
                "dates-repeat",
                [.. places.Figures(repeated[0].Index), ("repeated", repeated.Count)]
            ) with
            {
                Subjects = [column.Name, RowPlaces.Day(repeated[0].Item!.Value)],
            };
    }

    /// <summary>Times that are written with different offsets from UTC.</summary>
    private static Finding? Zones(TypedColumn column) =>
        column.Dates!.Offsets is { Count: > 1 } offsets
            ? new Finding(Severity.Warning, "mixed-time-zones")
            {
                Subjects = [column.Name, .. offsets.Select(offset => offset.Length == 0 ? "none" : offset)],
            }
            : null;

    /// <summary>Dates that do not rise from row to row: grave where the model reads the rows in their order.</summary>
    private Finding? Order(TypedColumn column)
    {
        var times = column.Dates!.Times;
        var falls = DateText.Decreases(times);
        if (falls == 0)
        {
            return null;
        }

        var known = Enumerable.Range(0, times.Count).Where(i => times[i] is not null).ToList();
        var isReversed = DateText.Decreases(times.Reverse()) == 0;
        var row = known.Zip(known.Skip(1)).First(pair => times[pair.Second] < times[pair.First]).Second;
        return Finding.Of(
            request.OrderMatters ? Severity.Warning : Severity.Hint,
            isReversed ? "dates-descend" : "dates-out-of-order",
            [.. places.Figures(row), ("falls", falls), ("matters", request.OrderMatters ? 1 : 0)]
        ) with
        {
            Subjects = [column.Name],
        };
    }

    /// <summary>Columns in use that look like an index or a date.</summary>
    private IEnumerable<Finding> Rising()
    {
        foreach (
            var column in used.Where(column =>
                column != target && column.Kind == ColumnKind.Number && column.Bad.Count == 0
            )
        )
        {
            // A grid of values that explain a target is a design, and only whole numbers count.
            var rises = target is null ? Counters.RisesEvenly(column.Numbers) : Counters.CountsByOne(column.Numbers);
            if (column.IsLabel || rises)
            {
                var isGrave = target is null && request.Columns is null;
                yield return Finding.Of(
                    isGrave ? Severity.Warning : Severity.Hint,
                    "column-counts-rows",
                    ("target", target is null ? 0 : 1)
                ) with
                {
                    Subjects = [column.Name],
                };
            }
        }
    }

    private static IEnumerable<Finding> About(string code, IEnumerable<TypedColumn> concerned)
    {
        string[] names = [.. concerned.Select(column => column.Name)];
        return names.Length == 0 ? [] : [new Finding(Severity.Hint, code) { Subjects = names }];
    }
}
