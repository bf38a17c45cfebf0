namespace Vi.App.Commands;

/// <summary>Tables of plain text with aligned columns, the same on a terminal and in a file.</summary>
internal static class TextTable
{
    /// <summary>Writes heads and a row for each item, columns two blanks apart.</summary>
    public static void Write<T>(
        TextWriter output,
        IEnumerable<T> items,
        params IReadOnlyList<(string Head, Func<T, string> Cell)> columns
    )
    {
        List<string[]> lines =
        [
            [.. columns.Select(column => column.Head)],
            .. items.Select(string[] (item) => [.. columns.Select(column => Printable.Text(column.Cell(item)))]),
        ];
        var widths = columns.Select((_, j) => lines.Max(line => line[j].Length)).ToList();
        foreach (var line in lines)
        {
            output.WriteLine(string.Join("  ", line.Select((cell, j) => cell.PadRight(widths[j]))).TrimEnd());
        }
    }
}
