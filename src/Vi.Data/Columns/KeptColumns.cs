namespace Vi.Data.Columns;

/// <summary>Chooses the columns of a table whose cells are kept.</summary>
internal static class KeptColumns
{
    /// <summary>Columns of a table that are read where the experiment names none.</summary>
    public const int Most = 10_000;

    /// <summary>Columns above which only those that the experiment names are kept.</summary>
    private const int MostKept = 1000;

    /// <summary>
    /// For each name whether its cells are kept. Raises <see cref="ExperimentException"/> for too many names, and for those asked for that
    /// are not there.
    /// </summary>
    public static IReadOnlyList<bool> Of(TableRequest request, IReadOnlyList<string> names)
    {
        request.CheckNames([.. names]);
        return names.Count > Most && request.Columns is null
            ? throw request.Fail(
                $": {names.Count} columns are more than the {Most} that are read; name those you need in data.columns"
            )
            : [.. names.Select(name => names.Count <= MostKept || request.Columns is null || request.Names(name))];
    }

    /// <summary>
    /// Printable names; one that is empty is named by its place. Raises <see cref="ExperimentException"/> for one that occurs twice.
    /// </summary>
    public static IReadOnlyList<string> Names(TableRequest request, IEnumerable<string> names)
    {
        List<string> printable =
        [
            .. names.Select((name, j) => name.Length == 0 ? $"column {j + 1}" : Printable.Text(name)),
        ];
        var twice = printable.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? printable
            : throw request.Fail($": two columns have the name \"{Printable.Cell(twice.Key)}\"; rename one");
    }
}
