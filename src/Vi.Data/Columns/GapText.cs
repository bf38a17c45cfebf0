namespace Vi.Data.Columns;

/// <summary>Ways to write that an entry is missing.</summary>
/// <param name="more">Further ways, which the experiment names.</param>
internal sealed class GapText(IReadOnlyList<string> more)
{
    /// <summary>What no column of texts has as a value of its own.</summary>
    private static readonly HashSet<string> Everywhere = new(
        ["", "NA", "N/A", "#N/A", "NaN", "null", "nil", "<NA>", "n.a.", "#NULL!", "missing"],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Marks of missing numbers, which are ordinary texts in a column of words.</summary>
    private static readonly HashSet<string> AmongNumbers = new(
        ["none", "-", "--", ".", "..", "?", "#VALUE!", "#DIV/0!", "#REF!", "#NUM!"],
        StringComparer.OrdinalIgnoreCase
    );

    private readonly HashSet<string> named = new(more, StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<double> numbers =
    [
        .. more.Select(text =>
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                    ? value
                    : double.NaN
            )
            .Where(double.IsFinite),
    ];

    /// <summary>Whether the experiment names the number, however it is written.</summary>
    public bool Is(double number) => numbers.Count > 0 && numbers.Contains(number);

    /// <param name="numeric">Whether the column holds numbers.</param>
    public bool IsIn(string text, bool numeric) =>
        Everywhere.Contains(text)
        || named.Contains(text)
        || (numeric && AmongNumbers.Contains(text))
        || (
            numbers.Count > 0
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && numbers.Contains(number)
        );
}
