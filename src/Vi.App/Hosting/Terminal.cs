namespace Vi.App.Hosting;

/// <summary>Where a command writes.</summary>
/// <param name="Out">Answers.</param>
/// <param name="Error">Errors, logs and progress.</param>
/// <param name="IsInteractive">Whether <see cref="Progress"/> is a terminal, on which a line can be written over.</param>
/// <param name="IsColoured">Whether <paramref name="Out"/> shows colours.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsInteractive = false, bool IsColoured = false)
{
    /// <summary>Answers; nothing in them works on a terminal but as text.</summary>
    public TextWriter Out { get; init; } = new PrintableWriter(Out, IsColoured);

    /// <summary>Errors, logs and progress; nothing in them works on a terminal but as text.</summary>
    public TextWriter Error { get; init; } = new PrintableWriter(Error);

    /// <summary>Where progress is shown: not among answers, which a script reads.</summary>
    public TextWriter Progress { get; init; } = Error;

    /// <summary>The same terminal where texts for people leave the output to one answer for programs.</summary>
    public Terminal Aside() => this with { Out = Error };

    /// <summary>Why the output took no more; null where it took all.</summary>
    public Func<string?> OutFailure { get; init; } = static () => null;

    /// <summary>The process's own. Whoever writes to the console from now on writes through them.</summary>
    public static Terminal OfProcess()
    {
        var output = new DisplayWriter(Opened(() => Console.Out));
        var error = new DisplayWriter(Opened(() => Console.Error));
        Console.SetOut(output);
        Console.SetError(error);
        return new Terminal(Console.Out, Console.Error, !Console.IsErrorRedirected, ShowsColours())
        {
            OutFailure = () => output.Failure,
        };
    }

    /// <summary>Whether the output is a terminal whose user has not said no (https://no-color.org).</summary>
    private static bool ShowsColours() =>
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";

    /// <summary>A console's writer, or one to nowhere where the process was started without it.</summary>
    private static TextWriter Opened(Func<TextWriter> writer)
    {
        try
        {
            return writer();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return TextWriter.Null;
        }
    }
}
