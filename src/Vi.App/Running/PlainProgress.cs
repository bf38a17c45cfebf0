using Vi.App.Algorithms;
using Vi.App.Models;

namespace Vi.App.Running;

/// <summary>
/// Lines for an output that is no terminal: of the first restart sweeps 1, 2, 5, 10, 20, 50, ... and its end; of all restarts a line at
/// most every 2 seconds, or every 5 within a long sweep; and the end of the last one.
/// </summary>
public sealed class PlainProgress(TextWriter output, TimeProvider clock) : IRunProgress
{
    /// <inheritdoc />
    public T Show<T>(string name, AlgorithmSettings inference, Func<IFitDisplay, T> body) =>
        body(new Lines(output, name, inference, clock));

    /// <summary>True for 1, 2, 5, 10, 20, 50, 100, ...</summary>
    internal static bool IsMilestone(int iteration)
    {
        while (iteration >= 10 && iteration % 10 == 0)
        {
            iteration /= 10;
        }

        return iteration is 1 or 2 or 5;
    }

    private sealed class Lines(TextWriter output, string name, AlgorithmSettings inference, TimeProvider clock)
        : IFitDisplay
    {
        private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(2);
        private static readonly TimeSpan WithinSweeps = TimeSpan.FromSeconds(5);
        private readonly RemainingTime remaining = new(inference);
        private readonly long start = clock.GetTimestamp();
        private long last = clock.GetTimestamp();
        private FitStep? before;

        public void Swept(FitStep sweep)
        {
            before = sweep;
            var left = remaining.After(sweep, clock.GetElapsedTime(start));
            var isEnd = sweep.Status is not null;
            var isFirst = sweep.Restart == 0 && (isEnd || IsMilestone(sweep.Iteration));
            var isLast = isEnd && sweep.Restart == inference.Starts - 1;
            if (isFirst || isLast || clock.GetElapsedTime(last) >= BetweenSweeps)
            {
                Write(ProgressLine.Text(name, inference, sweep, left));
            }
        }

        public void Reading(Reading reading)
        {
            if (clock.GetElapsedTime(last) >= WithinSweeps)
            {
                Write(ProgressLine.Text(name, inference, before, reading));
            }
        }

        private void Write(string line)
        {
            last = clock.GetTimestamp();
            output.WriteLine(line);
            output.Flush();
        }
    }
}
