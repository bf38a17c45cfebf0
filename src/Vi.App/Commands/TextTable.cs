namespace Vi.App.Commands;

/// <summary>Tables of plain text with aligned columns, the same on a terminal and in a file.</summary>
internal static class TextTable
{
    /// <summary>Writes heads and rows, columns two blanks apart.</summary>
    public static void Write(TextWriter output, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<IReadOnlyList<string>> lines = [heads, .. rows];
        var widths = heads.Select((_, j) => lines.Max(line => line[j].Length)).ToList();
        foreach (var line in lines)
        {
            output.WriteLine(string.Join("  ", line.Select((cell, j) => cell.PadRight(widths[j]))).TrimEnd());
        }
    }
}
