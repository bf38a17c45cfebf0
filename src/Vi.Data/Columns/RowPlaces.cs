namespace Vi.Data.Columns;

/// <summary>How messages name rows: by lines of a text file, otherwise by numbers from 1 with the row's date.</summary>
/// <param name="Lines">The line of each row in a text file; null where the source has no lines.</param>
/// <param name="Dates">The date of each row; null where the source has none.</param>
internal sealed record RowPlaces(IReadOnlyList<int>? Lines, IReadOnlyList<DateTime?>? Dates)
{
    /// <summary>E.g. <c>line 7</c> or <c>row 6 (2024-01-05)</c>.</summary>
    public string Of(int row) =>
        Lines is not null ? $"line {Lines[row]}"
        : Dates?[row] is { } date ? $"row {row + 1} ({Day(date)})"
        : $"row {row + 1}";

    /// <summary>The figures by which a finding names a row.</summary>
    public (string, double)[] Figures(int row) => [("line", Lines?[row] ?? row + 1), ("isLine", Lines is null ? 0 : 1)];

    /// <summary>A date, with its clock where it has one.</summary>
    public static string Day(DateTime time) =>
        time.ToString(
            time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFFFFF",
            CultureInfo.InvariantCulture
        );
}
