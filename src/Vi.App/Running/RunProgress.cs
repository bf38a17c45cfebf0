namespace Vi.App.Running;

/// <summary>
/// What is shown of runs: of the first restart sweeps 1, 2, 5, 10, 20, 50, ... and its end; of all restarts a line at most every 2 seconds, or
/// every 5 within a long sweep; and the end of the last one.
/// </summary>
internal sealed class RunProgress(ProgressOutput output, TimeProvider clock)
{
    private static readonly TimeSpan WithinSweeps = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(2);

    public T Load<T>(string name, Func<Action<Reading>, T> body) =>
        output.Show(
            $"{name}: loading the data",
            line => body(reading => line.Write(WithinSweeps, () => ProgressText.Loading(name, reading)))
        );

    /// <summary>Shows a fit while it is pulled; the body reports every sweep, and the rows read in long ones.</summary>
    public T Fit<T>(string name, AlgorithmSettings inference, Func<FitDisplay, T> body) =>
        output.Show($"{name}: starting", line => body(new FitDisplay(line, name, inference, clock)));

    /// <summary>True for 1, 2, 5, 10, 20, 50, 100, ...</summary>
    internal static bool IsMilestone(int iteration)
    {
        while (iteration >= 10 && iteration % 10 == 0)
        {
            iteration /= 10;
        }

        return iteration is 1 or 2 or 5;
    }

    /// <summary>Where the body of a fit reports how it proceeds.</summary>
    public sealed class FitDisplay(ProgressLine line, string name, AlgorithmSettings inference, TimeProvider clock)
    {
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
            line.Write(
                isFirst || isLast ? TimeSpan.Zero : BetweenSweeps,
                () => ProgressText.Text(name, inference, sweep, left)
            );
        }

        /// <summary>Rows were read within a sweep; may be called from any thread, one at a time.</summary>
        public void Reading(Reading reading) =>
            line.Write(WithinSweeps, () => ProgressText.Text(name, inference, before, reading));
    }
}
