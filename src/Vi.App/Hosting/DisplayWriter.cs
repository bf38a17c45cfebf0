using System.Text;

namespace Vi.App.Hosting;

/// <summary>
/// Writes to a display as long as it takes what is written. A closed output or a full disk behind it ends the display, never the work that
/// is shown.
/// </summary>
internal sealed class DisplayWriter(TextWriter inner) : TextWriter(CultureInfo.InvariantCulture)
{
    /// <summary>Why the display takes no more; null while it does.</summary>
    public string? Failure { get; private set; }

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // A closed output is refused like a file without permission.
            Failure = error is IOException ? error.Message.TrimEnd('.') : "it is closed";
        }
    }
}
