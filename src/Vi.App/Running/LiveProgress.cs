using Spectre.Console;
using Vi.App.Models;

namespace Vi.App.Running;

/// <summary>One line on a terminal that is written over at most ten times a second.</summary>
public sealed class LiveProgress(IAnsiConsole console, TimeProvider clock) : IRunProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc />
    public T Show<T>(string name, InferenceSettings inference, Func<Action<FitStep>, T> body)
    {
        var remaining = new RemainingTime(inference);
        var start = clock.GetTimestamp();
        var last = start - clock.TimestampFrequency;
        return console
            .Live(new Text($"{name}: reading the data"))
            .AutoClear(true)
            .Start(context =>
                body(step =>
                {
                    var left = remaining.After(step, clock.GetElapsedTime(start));
                    if (clock.GetElapsedTime(last) >= Interval)
                    {
                        last = clock.GetTimestamp();
                        context.UpdateTarget(new Text(ProgressLine.Text(name, inference, step, left)).Ellipsis());
                    }
                })
            );
    }
}
