namespace Vi.Data.Columns;

/// <summary>A table with a row for each date and asset, which is turned into one with a row a date and a column an asset.</summary>
/// <param name="date">The column of dates; null for the only one.</param>
/// <param name="asset">The column of the assets' names; null for the only one of texts, or the one with a usual name.</param>
/// <param name="value">The column of the values; null for the only other one of numbers.</param>
internal sealed class LongTable(TableRequest request, string? date, string? asset, string? value)
{
    /// <summary>Observations below which an asset has no variance.</summary>
    private const int FewestObservations = 2;

    /// <summary>Numbers of a wide table, 2 GiB, above which a long one is refused.</summary>
    private const long MostNumbers = 1L << 28;

    private static readonly HashSet<string> AssetNames = new(
        "asset,ticker,symbol,isin,cusip,sedol,ric,permno,instrument,security,stock,name,id,series,code".Split(','),
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly HashSet<string> ValueNames = new(
        "value,return,returns,ret,price,close,adj_close,adj close,px_last,level".Split(','),
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>
    /// Whether columns are surely such a table: one of dates that repeat, one of texts that repeat, and one of numbers, with one row for
    /// each pair of date and text.
    /// </summary>
    public static bool IsOne(IReadOnlyList<TypedColumn> columns) =>
        columns.Count == 3
        && columns.Where(column => column.Dates is not null).ToList() is [var dated]
        && columns.Where(column => column.Kind == ColumnKind.Text).ToList() is [var named]
        && columns.Any(column => column is { Kind: ColumnKind.Number, IsLabel: false })
        && dated.Dates!.Known.Distinct().Count() < dated.Dates.Known.Count()
        && named.AllTexts() is var texts
        && texts.Distinct(StringComparer.Ordinal).Count() < texts.Count
        && dated.Dates.Times.Zip(texts).Distinct().Count() == texts.Count;

    /// <summary>
    /// The wide table: rows in the order of their dates, assets in that of their names, pairs that are not there as missing entries. Raises
    /// <see cref="ExperimentException"/> for a pair of date and asset that occurs twice, with both places, and for a table that is too
    /// large.
    /// </summary>
    public CellTable Wide(CellTable table, ColumnTyping typing)
    {
        List<TypedColumn> columns = [.. table.Columns.Select(typing.Of)];
        var (dates, assets, values) = Chosen(columns);
        var places = new RowPlaces(table.Lines, null);
        Check(dates, assets, values, places);
        var (times, names, numbers) = (dates.Dates!.Times, assets.AllTexts(), values.Numbers);
        DateTime[] days = [.. times.OfType<DateTime>().Distinct().Order()];
        string[] known = [.. names.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (known.Length > KeptColumns.Most)
        {
            throw request.Fail(
                $": {known.Length} assets are more than the {KeptColumns.Most} that are read; name another column in data.asset"
            );
        }

        if ((long)known.Length * days.Length > MostNumbers)
        {
            throw request.Fail(
                $": {known.Length} assets on {days.Length} dates are more than the {MostNumbers} numbers that are read; "
                    + "leave out assets or dates where the table is made"
            );
        }

        var dayOf = Index(days, null);
        var assetOf = Index(known, StringComparer.Ordinal);
        var (wide, rows) = (Array.ConvertAll(known, _ => Missing(days.Length)), new Dictionary<long, int>());
        for (var i = 0; i < times.Count; i++)
        {
            var (day, k) = (dayOf[times[i]!.Value], assetOf[names[i]!]);
            if (!rows.TryAdd((long)day * known.Length + k, i))
            {
                throw request.Fail(
                    $": {places.Of(rows[(long)day * known.Length + k])} and {places.Of(i)} both give a value of "
                        + $"\"{Printable.Cell(known[k])}\" on {RowPlaces.Day(days[day])}; keep one row for each date and asset"
                );
            }

            wide[k][day] = numbers[i];
        }

        var kept = Enough(known, wide, days, out var findings);
        return table with
        {
            Columns =
            [
                CellColumn.OfDates(
                    dates.Name,
                    0,
                    dates.Dates with
                    {
                        Times = Array.ConvertAll(days, day => (DateTime?)day),
                    }
                ),
                .. kept.Select((k, j) => Column(known[k], j + 1, wide[k])),
            ],
            Lines = null,
            Findings = [.. table.Findings, Said(dates, assets, values, days.Length, known.Length), .. findings],
            Unread = [],
        };
    }

    /// <summary>
    /// Assets with enough observations; the others are named by a finding, or refused where the experiment asks for them. Rows that a fit
    /// reads may be few.
    /// </summary>
    private List<int> Enough(string[] known, double[][] wide, DateTime[] days, out IReadOnlyList<Finding> findings)
    {
        List<int> few =
            request.ReadsForFit || request.Levels is not null
                ? []
                :
                [
                    .. Enumerable
                        .Range(0, known.Length)
                        .Where(k => wide[k].Count(double.IsFinite) < FewestObservations),
                ];
        if (few.FindIndex(k => request.Names(known[k])) is >= 0 and var place)
        {
            var asked = few[place];
            var row = Array.FindIndex(wide[asked], double.IsFinite);
            throw request.Fail(
                $": \"{Printable.Cell(known[asked])}\" has {(row < 0 ? "no value" : $"one value, on {RowPlaces.Day(days[row])}")}; "
                    + $"at least {FewestObservations} are needed, so leave it out of data.columns"
            );
        }

        findings =
            few.Count == 0
                ? []
                :
                [
                    Finding.Of(
                        Severity.Warning,
                        "assets-left-out",
                        ("assets", few.Count),
                        ("least", FewestObservations)
                    ) with
                    {
                        Subjects = [.. few.Select(k => Printable.Cell(known[k]))],
                    },
                ];
        return [.. Enumerable.Range(0, known.Length).Except(few)];
    }

    private static Finding Said(TypedColumn dates, TypedColumn assets, TypedColumn values, int rows, int count) =>
        Finding.Of(Severity.Hint, "long-table", ("rows", rows), ("assets", count)) with
        {
            Subjects = [dates.Name, assets.Name, values.Name],
        };

    private void Check(TypedColumn dates, TypedColumn assets, TypedColumn values, RowPlaces places)
    {
        if (dates.Dates!.Other is { } other)
        {
            throw new ExperimentException(
                "data.dateFormat",
                $"{request.Shown}: the dates in the column \"{dates.Name}\" may be {dates.Dates.Format} or {other}, "
                    + "which puts the rows in another order; give the format here"
            );
        }

        foreach (var (column, what) in new[] { (dates, "date"), (assets, "name of an asset") })
        {
            var row =
                column == dates
                    ? dates.Dates.Times.ToList().FindIndex(time => time is null)
                    : assets.AllTexts().ToList().FindIndex(text => text is null);
            if (row >= 0)
            {
                throw request.Fail(
                    $", {places.Of(row)}, column \"{column.Name}\": the {what} is missing; complete it or leave the row out"
                );
            }
        }

        var problems = new CellProblems(request);
        problems.Bad(values, places);
        problems.ThrowIfAny();
    }

    private (TypedColumn Dates, TypedColumn Assets, TypedColumn Values) Chosen(List<TypedColumn> columns)
    {
        var dates = One("date", date, columns.FindAll(column => column.Dates is not null), "dates");
        var texts = columns.FindAll(column => column != dates && column.Kind == ColumnKind.Text);
        var assets = One("asset", asset, Usual(texts, AssetNames), "the names of assets");
        var others = columns.FindAll(column =>
            column != dates && column != assets && column is { Kind: ColumnKind.Number, IsIndex: false }
        );
        return (dates, assets, One("value", value, Usual(others, ValueNames), "the values"));

        TypedColumn One(string key, string? named, List<TypedColumn> candidates, string what)
        {
            var all = columns.ConvertAll(column => column.Name);
            var found = named is null ? candidates : columns.FindAll(column => column.Name == named);
            return found switch
            {
                [var only] when Fits(key, only) => only,
                [var only] => throw new ExperimentException(
                    $"data.{key}",
                    $"{request.Shown}: the column \"{only.Name}\" does not hold {what}; name another one"
                ),
                [] when named is not null => throw new ExperimentException(
                    $"data.{key}",
                    $"{request.Shown} has no column \"{named}\"{NearestName.Hint(named, all)}"
                ),
                _ => throw new ExperimentException(
                    $"data.{key}",
                    $"{request.Shown}: name the column that holds {what}; "
                        + (
                            found.Count == 0
                                ? $"the columns are {string.Join(", ", all)}"
                                : $"it may be {string.Join(" or ", found.Select(column => column.Name))}"
                        )
                ),
            };
        }
    }

    private static bool Fits(string key, TypedColumn column) =>
        key switch
        {
            "date" => column.Dates is not null,
            "asset" => column.Kind is ColumnKind.Text or ColumnKind.Number,
            _ => column.Kind == ColumnKind.Number,
        };

    private static List<TypedColumn> Usual(List<TypedColumn> candidates, HashSet<string> names) =>
        candidates.FindAll(column => names.Contains(column.Name)) is [var usual] ? [usual] : candidates;

    private static Dictionary<T, int> Index<T>(T[] all, IEqualityComparer<T>? comparer)
        where T : notnull => all.Index().ToDictionary(pair => pair.Item, pair => pair.Index, comparer);

    private static double[] Missing(int count)
    {
        var values = new double[count];
        Array.Fill(values, double.NaN);
        return values;
    }

    private static CellColumn Column(string name, int place, double[] values)
    {
        var column = new CellColumn(Printable.Text(name), place);
        Array.ForEach(values, column.Add);
        return column;
    }
}
