namespace Vi.Data.Columns;

/// <summary>
/// Proposes the columns that a model reads of a table: by the rules of a run, and where those refuse a table because a setting must decide, by
/// what is likely.
/// </summary>
internal sealed class ColumnProposal(string source, TableRequest request, CellTable table, ColumnTyping typing)
{
    private readonly List<TypedColumn> columns = [.. table.Columns.Select(typing.Of)];

    /// <param name="most">The number of columns that the model reads; null for any.</param>
    public TableProposal Of(int? most)
    {
        var target = Target();
        var labels = request.LastIsTarget ? null : Labels();
        var asked = request with { Target = target?.Name, Labels = labels?.Name };
        var offered = new ColumnChoice(asked, typing).Used(columns, target);
        var used = most is { } count && offered.Count > count ? offered[..count] : offered;
        return new TableProposal(
            source,
            Names(used),
            target?.Name,
            labels?.Name,
            used.TrueForAll(column => column.Missing.Count == 0) ? Gaps.None
                : request.Gaps == Gaps.Kept ? Gaps.Kept
                : Gaps.DropRows,
            [
                .. table.Findings,
                .. new ColumnFacts(asked, Places(), columns, offered, target).Findings(),
                .. Proposed("proposed-target", Alternatives(target)),
                .. Proposed("proposed-labels", labels is null ? [] : [labels]),
                .. used == offered
                    ? []
                    : Proposed("proposed-columns", offered, string.Join(", ", Names(used)), used.Count),
            ]
        );
    }

    private RowPlaces Places() => new(table.Lines, columns.Find(column => column.Dates is not null)?.Dates!.Times);

    /// <summary>The target of a run; where that could be none, the last column that could.</summary>
    private TypedColumn? Target()
    {
        var last = new ColumnChoice(request, typing).Target(columns);
        var others = Targets();
        return last is null || others.Contains(last) ? last
            : others.Count > 0 ? others[^1]
            : !request.TargetIsClass ? last
            : throw request.Fail(": no column holds two classes, as 0 and 1 or as two texts, which a target must");
    }

    /// <summary>The target, and the other columns of two classes where it must be one.</summary>
    private List<TypedColumn> Alternatives(TypedColumn? target) =>
        target is null ? [] : [target, .. request.TargetIsClass ? Targets().Where(column => column != target) : []];

    /// <summary>The columns that can be the target.</summary>
    private List<TypedColumn> Targets() =>
        !request.LastIsTarget
            ? []
            : columns.FindAll(column => !column.IsLabel && (request.TargetIsClass ? IsPair(column) : IsNumber(column)));

    /// <summary>A column named as classes of the rows, as long as another one is left to be measured.</summary>
    private TypedColumn? Labels() =>
        columns.Find(Classes.AreIn) is { } named && columns.Exists(column => column != named && IsNumber(column))
            ? named
            : null;

    private static bool IsNumber(TypedColumn column) => column is { Kind: ColumnKind.Number, IsLabel: false };

    private static bool IsPair(TypedColumn column) =>
        column.Kind switch
        {
            ColumnKind.Text => Classes.Levels(column.AllTexts()).Count == 2,
            ColumnKind.Number => column.Numbers.Where(double.IsFinite).Distinct().Order().SequenceEqual([0.0, 1.0]),
            _ => false,
        };

    private static string[] Names(IEnumerable<TypedColumn> some) => [.. some.Select(column => column.Name)];

    private static IEnumerable<Finding> Proposed(string code, List<TypedColumn> some) =>
        some.Count == 0 ? [] : Proposed(code, some[1..], some[0].Name, 1);

    /// <summary>A finding about what is proposed and what could be instead.</summary>
    private static IEnumerable<Finding> Proposed(string code, List<TypedColumn> some, string proposed, int count)
    {
        string[] others = [.. Names(some).Skip(code == "proposed-columns" ? count : 0)];
        yield return Finding.Of(Severity.Hint, code, ("columns", count), ("others", others.Length)) with
        {
            Subjects = [proposed, .. others],
        };
    }
}
