using Spectre.Console;
using Vi.App.Running;

namespace Vi.App.Verifying;

internal interface ICheckProgress
{
    /// <summary>Shows the check while the body runs it; the body calls the action after each law.</summary>
    T Show<T>(Func<Action<CheckStep>, T> body);
}

internal static class CheckLine
{
    /// <summary>E.g. <c>120 of 453, 1 broken, about 12 s left: gamma: entropy ...</c>.</summary>
    public static string Text(CheckStep step, int broken)
    {
        var trouble = broken > 0 ? $", {broken} broken" : "";
        var left = step.Done < step.Total && step.Left is { } time ? $", about {ProgressLine.Duration(time)} left" : "";
        return $"{step.Done} of {step.Total}{trouble}{left}: {step.Name}";
    }

    public static string Trouble(CheckStep step) => $"BROKEN: {step.Name}: {step.Trouble}";
}

/// <summary>One line on a terminal that is written over at most ten times a second; what broke stays above it.</summary>
internal sealed class LiveCheckProgress(IAnsiConsole console, TimeProvider clock) : ICheckProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public T Show<T>(Func<Action<CheckStep>, T> body)
    {
        var throttle = new Throttle(clock);
        var broken = 0;
        return console
            .Live(new Text("checking the laws"))
            .AutoClear(true)
            .Start(context =>
                body(step =>
                {
                    if (step.Trouble is not null)
                    {
                        broken++;
                        console.WriteLine(CheckLine.Trouble(step));
                    }

                    if (throttle.IsDue(step.Done == 1 ? TimeSpan.Zero : Interval))
                    {
                        context.UpdateTarget(new Text(CheckLine.Text(step, broken)).Ellipsis());
                    }
                })
            );
    }
}

/// <summary>Lines for an output that is no terminal: each tenth of the way, at least every 10 seconds, and what broke.</summary>
internal sealed class PlainCheckProgress(TextWriter output, TimeProvider clock) : ICheckProgress
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public T Show<T>(Func<Action<CheckStep>, T> body)
    {
        var throttle = new Throttle(clock);
        var broken = 0;
        return body(step =>
        {
            if (step.Trouble is not null)
            {
                broken++;
                output.WriteLine(CheckLine.Trouble(step));
            }

            var isTenth = step.Done * 10 / step.Total > (step.Done - 1) * 10 / step.Total;
            if (throttle.IsDue(isTenth ? TimeSpan.Zero : Longest))
            {
                output.WriteLine(CheckLine.Text(step, broken));
                output.Flush();
            }
        });
    }
}
