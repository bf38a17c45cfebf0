using Vi.App.Models;

namespace Vi.App.Running;

/// <summary>Lines for an output that is no terminal: after sweeps 1, 2, 5, 10, 20, 50, ..., at least every 2 seconds, and at each end.</summary>
public sealed class PlainProgress(TextWriter output, TimeProvider clock) : IRunProgress
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    public T Show<T>(string name, InferenceSettings inference, Func<Action<FitStep>, T> body)
    {
        var remaining = new RemainingTime(inference);
        var start = clock.GetTimestamp();
        var lastLine = start;
        return body(step =>
        {
            var elapsed = clock.GetElapsedTime(start);
            var left = remaining.After(step, elapsed);
            if (IsMilestone(step.Iteration) || step.Status is not null || clock.GetElapsedTime(lastLine) >= Longest)
            {
                lastLine = clock.GetTimestamp();
                output.WriteLine(ProgressLine.Text(name, inference, step, left));
                output.Flush();
            }
        });
    }

    /// <summary>True for 1, 2, 5, 10, 20, 50, 100, ...</summary>
    internal static bool IsMilestone(int iteration)
    {
        while (iteration >= 10 && iteration % 10 == 0)
        {
            iteration /= 10;
        }

        return iteration is 1 or 2 or 5;
    }
}
