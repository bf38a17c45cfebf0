using System.Text;

namespace Vi.App.Hosting;

/// <summary>Writes texts without the control characters that files and users may bring into them; lines stay lines.</summary>
/// <param name="inner">Where they go.</param>
/// <param name="isColoured">Whether that shows colours.</param>
internal sealed class PrintableWriter(TextWriter inner, bool isColoured = false)
    : TextWriter(CultureInfo.InvariantCulture)
{
    private bool IsColoured { get; } = isColoured;

    private TextWriter Inner { get; } = inner;

    public override Encoding Encoding => Inner.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value) => Inner.Write(Printable.Lines(value ?? ""));

    public override void WriteLine(string? value) => Inner.WriteLine(Printable.Lines(value ?? ""));

    public override void Flush() => Inner.Flush();

    /// <summary>Writes a line with a verdict in its colour, if colours are shown.</summary>
    public static void WriteVerdict(TextWriter writer, string before, TrustLevel level, string after)
    {
        var text = CodeText.Of(level);
        if (writer is PrintableWriter { IsColoured: true } coloured)
        {
            var colour = level switch
            {
                TrustLevel.Reliable => 32,
                TrustLevel.Usable => 33,
                _ => 31,
            };
            coloured.Write(before);
            coloured.Inner.Write($"\u001b[{colour}m{text}\u001b[0m");
            coloured.WriteLine(after);
        }
        else
        {
            writer.WriteLine(before + text + after);
        }
    }
}
