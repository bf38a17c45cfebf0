using Spectre.Console;

namespace Vi.App.Hosting;

/// <summary>
/// Shows how far long work has come: on a terminal in one line that is written over, otherwise in lines that keep a distance in time; nowhere
/// where nobody wants to see it.
/// </summary>
internal sealed class ProgressOutput(Terminal terminal, TimeProvider clock, bool isQuiet = false)
{
    /// <summary>Shows a text, and then what the body writes while it works.</summary>
    public T Show<T>(string first, Func<ProgressLine, T> body)
    {
        if (isQuiet || !terminal.IsInteractive)
        {
            void Write(string text)
            {
                terminal.Progress.WriteLine(Printable.Lines(text));
                terminal.Progress.Flush();
            }

            return body(new ProgressLine(clock, isQuiet ? static _ => { } : Write));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Progress) });
        return console
            .Live(new Text(Printable.Text(first)))
            .AutoClear(true)
            .Start(context =>
                body(
                    new ProgressLine(
                        clock,
                        text => context.UpdateTarget(new Text(Printable.Text(text)).Ellipsis()),
                        text => console.WriteLine(Printable.Lines(text))
                    )
                )
            );
    }
}

/// <summary>A line of progress.</summary>
/// <param name="write">Writes it.</param>
/// <param name="above">Writes a line that stays above it; null where every line stays.</param>
internal sealed class ProgressLine(TimeProvider clock, Action<string> write, Action<string>? above = null)
{
    /// <summary>Least time between two texts of a line that is written over.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Throttle throttle = new(clock);
    private bool hasBegun;

    /// <summary>
    /// Writes a text where the last one was written so long ago. A line that is written over begins at once, and then waits for its interval.
    /// </summary>
    public void Write(TimeSpan distance, Func<string> text)
    {
        var least =
            above is null ? distance
            : hasBegun ? Interval
            : TimeSpan.Zero;
        if (throttle.IsDue(least))
        {
            hasBegun = true;
            write(text());
        }
    }

    /// <summary>Writes a text that stays.</summary>
    public void Keep(string text) => (above ?? write)(text);
}
