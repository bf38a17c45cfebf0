namespace Vi.Data.Columns;

/// <summary>Chooses the columns of a table that the model reads, and turns them into numbers.</summary>
internal sealed class ColumnChoice(TableRequest request, ColumnTyping typing)
{
    /// <summary>Different texts of a column of which indicators are made.</summary>
    private const int MostLevels = 20;

    private readonly CellProblems problems = new(request);
    private readonly List<TableColumn> chosen = [];
    private readonly Dictionary<string, IReadOnlyList<string>> levels = new(StringComparer.Ordinal);
    private readonly List<Finding> findings = [];

    /// <summary>The table. Raises <see cref="ExperimentException"/> naming lines and columns that cannot be read.</summary>
    public Table Table(CellTable table)
    {
        List<TypedColumn> columns = [.. table.Columns.Select(typing.Of)];
        var target = Target(columns);
        CheckTarget(columns, target);
        var used = Used(columns, target);
        var dated = columns.Find(column => column.Dates is not null);
        var places = new RowPlaces(table.Lines, dated?.Dates!.Times);
        foreach (var column in used)
        {
            Add(column, column == target, places);
        }

        problems.ThrowIfAny();
        var facts = new ColumnFacts(request, places, columns, used, target);
        return new Table(
            chosen,
            request.Labels is null
                ? null
                : Classes.Of(columns.Find(column => column.Name == request.Labels)!.AllTexts()),
            table.Sha256 ?? request.Hash()
        )
        {
            Findings = request.ReadsForFit
                ? [.. table.Findings, .. facts.OfDates()]
                : [.. table.Findings, .. facts.Findings(), .. findings],
            Others =
            [
                .. columns.Where(column => column != dated && !used.Contains(column)).Select(column => column.Name),
            ],
            Lines = table.Lines,
            Times = dated is null ? null : new RowTimes(dated.Name, dated.Dates!.Times),
            Levels = levels,
            Sources = [.. used.Select(column => column.Name)],
            Target = target?.Name,
            Unit = table.Unit,
        };
    }

    /// <summary>The target: the one named, otherwise the last column that may be data, whether it holds numbers or not.</summary>
    public TypedColumn? Target(List<TypedColumn> columns) =>
        !request.LastIsTarget ? null
        : (request.Target ?? request.Columns?[^1]) is { } name ? columns.Find(column => column.Name == name)
        : columns.FindLast(column =>
            column is { Kind: ColumnKind.Number or ColumnKind.Text, IsLabel: false } && column.Name != request.Labels
        );

    /// <summary>
    /// Raises <see cref="ExperimentException"/> where the experiment names no target and a column of two texts may be meant as well as the
    /// last one.
    /// </summary>
    private void CheckTarget(List<TypedColumn> columns, TypedColumn? target)
    {
        if (!request.TargetIsClass || request.Target is not null || request.Columns is not null)
        {
            return;
        }

        var others = columns.Where(column =>
            column.Kind == ColumnKind.Text
            && column != target
            && column.Name != request.Labels
            && Classes.Levels(column.AllTexts()).Count == 2
        );
        if (others.FirstOrDefault() is { } other)
        {
            throw new ExperimentException(
                "data.target",
                $"{request.Shown}: the column \"{other.Name}\" holds two classes, and the last column is \"{target?.Name}\"; "
                    + "name the target, or the columns to use in data.columns"
            );
        }
    }

    /// <summary>The columns in the order asked for, the target among them.</summary>
    public List<TypedColumn> Used(List<TypedColumn> columns, TypedColumn? target)
    {
        List<TypedColumn> used;
        if (request.Columns is { } names)
        {
            used = [.. names.Select(name => columns.Find(column => column.Name == name)!)];
        }
        else
        {
            var numeric = columns.FindAll(column => column.Kind == ColumnKind.Number && column.Name != request.Labels);
            used = numeric.FindAll(column => !column.IsLabel && column != target);
            // Where nothing else is there, what looks like an index explains the target, such as a trend over years.
            used = used.Count == 0 ? numeric.FindAll(column => column != target) : used;
            used = [.. columns.Where(column => column == target || used.Contains(column))];
        }

        if (target is not null && !used.Contains(target))
        {
            used.Add(target);
        }

        return used;
    }

    private void Add(TypedColumn column, bool isTarget, RowPlaces places)
    {
        if (request.Levels?.ContainsKey(column.Name) == true)
        {
            // Texts of some rows may all be numbers.
            AddTexts(column, isTarget, places);
            return;
        }

        switch (column.Kind)
        {
            case ColumnKind.Empty when request.Gaps == Gaps.Kept && request.ReadsForFit:
                chosen.Add(new TableColumn(column.Name, [.. column.Cells.Numbers]));
                break;
            case ColumnKind.Empty:
                problems.Missing(column, places);
                problems.Add(Vi.Data.TableRequest.AllMissing(column.Name));
                break;
            case ColumnKind.Date:
                problems.Add(
                    $"column \"{column.Name}\" holds dates ({column.Dates!.Format}), which are not numbers; leave it out of data.columns"
                );
                break;
            case ColumnKind.Text when request.Levels is null:
                AddTexts(column, isTarget, places);
                break;
            case ColumnKind.Text:
                problems.Missing(column, places);
                problems.NoNumbers(column, places);
                break;
            default:
                problems.Missing(column, places);
                problems.Bad(column, places);
                chosen.Add(new TableColumn(column.Name, [.. column.Numbers]));
                break;
        }
    }

    /// <summary>Adds the classes of a target, or an indicator for each text but the first.</summary>
    private void AddTexts(TypedColumn column, bool isTarget, RowPlaces places)
    {
        var texts = column.AllTexts();
        var known = request.Levels?[column.Name] ?? Classes.Levels(texts);
        problems.Missing(column, places);
        if (known.Count < 2 || known.Count > (isTarget ? 2 : MostLevels))
        {
            problems.Texts(column, known, isTarget, MostLevels, places);
            return;
        }

        levels[column.Name] = known;
        var numbers = Classes.Numbers(texts, known);
        if (Array.IndexOf(numbers, -1) is >= 0 and var unknown)
        {
            problems.Add(
                $"{places.Of(unknown)}, column \"{column.Name}\": \"{Printable.Cell(texts[unknown]!)}\" does not occur in the rows that the model is fitted to, "
                    + $"which have {string.Join(", ", known.Select(Printable.Cell))}"
            );
        }

        if (isTarget)
        {
            chosen.Add(new TableColumn(column.Name, numbers));
        }
        else
        {
            chosen.AddRange(
                known
                    .Skip(1)
                    .Select(
                        (level, k) =>
                            new TableColumn(
                                $"{column.Name}={Printable.Cell(level)}",
                                Array.ConvertAll(
                                    numbers,
                                    value =>
                                        double.IsNaN(value) ? value
                                        : value == k + 1 ? 1.0
                                        : 0.0
                                )
                            )
                            {
                                Source = column.Name,
                                Level = level,
                            }
                    )
            );
        }

        findings.Add(
            new Finding(Severity.Hint, isTarget ? "target-classes" : "indicators")
            {
                Subjects = [column.Name, .. known.Select(Printable.Cell)],
            }
        );
    }
}
