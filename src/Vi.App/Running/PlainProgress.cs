namespace Vi.App.Running;

/// <summary>
/// Lines for an output that is no terminal: of the first restart sweeps 1, 2, 5, 10, 20, 50, ... and its end; of all restarts a line at
/// most every 2 seconds, or every 5 within a long sweep; and the end of the last one.
/// </summary>
internal sealed class PlainProgress(TextWriter output, TimeProvider clock) : IRunProgress
{
    private static readonly TimeSpan WithinSweeps = TimeSpan.FromSeconds(5);

    public T Load<T>(string name, Func<Action<Reading>, T> body)
    {
        var lines = new Throttled(output, clock);
        return body(reading => lines.Write(WithinSweeps, () => ProgressLine.Loading(name, reading)));
    }

    public T Fit<T>(string name, AlgorithmSettings inference, Func<IFitDisplay, T> body) =>
        body(new Lines(new Throttled(output, clock), name, inference, clock));

    /// <summary>True for 1, 2, 5, 10, 20, 50, 100, ...</summary>
    internal static bool IsMilestone(int iteration)
    {
        while (iteration >= 10 && iteration % 10 == 0)
        {
            iteration /= 10;
        }

        return iteration is 1 or 2 or 5;
    }

    /// <summary>Lines that keep a distance in time.</summary>
    private sealed class Throttled(TextWriter output, TimeProvider clock)
    {
        private readonly Throttle throttle = new(clock);

        public void Write(TimeSpan distance, Func<string> line)
        {
            if (throttle.IsDue(distance))
            {
                output.WriteLine(line());
                output.Flush();
            }
        }
    }

    private sealed class Lines(Throttled lines, string name, AlgorithmSettings inference, TimeProvider clock)
        : IFitDisplay
    {
        private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(2);
        private readonly RemainingTime remaining = new(inference);
        private readonly long start = clock.GetTimestamp();
        private FitStep? before;

        public void Swept(FitStep sweep)
        {
            before = sweep;
            var left = remaining.After(sweep, clock.GetElapsedTime(start));
            var isEnd = sweep.Outcome is not null;
            var isFirst = sweep.Restart == 0 && (isEnd || IsMilestone(sweep.Iteration));
            var isLast = isEnd && sweep.Restart == inference.Starts - 1;
            lines.Write(
                isFirst || isLast ? TimeSpan.Zero : BetweenSweeps,
                () => ProgressLine.Text(name, inference, sweep, left)
            );
        }

        public void Reading(Reading reading) =>
            lines.Write(WithinSweeps, () => ProgressLine.Text(name, inference, before, reading));
    }
}
