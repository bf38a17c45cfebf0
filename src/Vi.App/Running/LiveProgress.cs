using Spectre.Console;

namespace Vi.App.Running;

/// <summary>One line on a terminal that is written over at most ten times a second.</summary>
internal sealed class LiveProgress(IAnsiConsole console, TimeProvider clock) : IRunProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public T Load<T>(string name, Func<Action<Reading>, T> body) =>
        Live($"{name}: loading the data", write => body(reading => write(ProgressLine.Loading(name, reading))));

    public T Fit<T>(string name, AlgorithmSettings inference, Func<IFitDisplay, T> body) =>
        Live($"{name}: starting", write => body(new Line(write, name, inference, clock)));

    private T Live<T>(string first, Func<Action<string>, T> body) =>
        console
            .Live(new Text(first))
            .AutoClear(true)
            .Start(context => body(text => context.UpdateTarget(new Text(text).Ellipsis())));

    private sealed class Line(Action<string> write, string name, AlgorithmSettings inference, TimeProvider clock)
        : IFitDisplay
    {
        private readonly RemainingTime remaining = new(inference);
        private readonly long start = clock.GetTimestamp();
        private readonly Throttle throttle = new(clock);
        private FitStep? before;

        public void Swept(FitStep sweep)
        {
            var isFirst = before is null;
            before = sweep;
            var left = remaining.After(sweep, clock.GetElapsedTime(start));
            if (throttle.IsDue(isFirst ? TimeSpan.Zero : Interval))
            {
                write(ProgressLine.Text(name, inference, sweep, left));
            }
        }

        public void Reading(Reading reading) => write(ProgressLine.Text(name, inference, before, reading));
    }
}
