namespace Vi.App.Running;

internal static class ProgressText
{
    /// <summary>E.g. <c>old-faithful: restart 2 of 5, sweep 20: ELBO −1,162.432, gain 3.2e-5 nats, about 2 s left</c>.</summary>
    public static string Text(string name, AlgorithmSettings inference, FitStep step, TimeSpan? left)
    {
        var rest =
            step.Outcome is { } outcome ? $", {CodeText.Of(outcome.Status)}"
            : left is { } time ? $", about {Duration(time)} left"
            : "";
        var bound = $"{(inference.Algorithm.HasBound ? "ELBO" : "mean log p")} {Numbers.Nats(step.Elbo)}{rest}";
        if (step.Phase is { } phase)
        {
            var done = OutcomeText.Phase(phase);
            return $"{name}: {(done.Length > 0 ? done : inference.Algorithm.Name)}: {bound}";
        }

        var restart = inference.Starts > 1 ? $"restart {step.Restart + 1} of {inference.Starts}, " : "";
        var gain = double.IsFinite(step.Gain) ? $", gain {Numbers.Significant(step.Gain)} nats" : "";
        return $"{name}: {restart}{inference.Algorithm.Iteration} {step.Iteration}: ELBO {Numbers.Nats(step.Elbo)}{gain}{rest}";
    }

    /// <summary>
    /// E.g. <c>large: sweep 4: 42 % of 50,000,000 rows read, 8.1 million rows/s, about 4 s left in this sweep</c>.
    /// </summary>
    /// <param name="before">The last sweep that ended; null before the first.</param>
    public static string Text(string name, AlgorithmSettings inference, FitStep? before, Reading reading)
    {
        var next = (before?.Restart ?? 0, Sweep: (before?.Iteration ?? 0) + 1);
        if (before?.Outcome is not null)
        {
            next = (before.Restart + 1, 1);
        }

        var (restart, sweep) = next;
        var word = inference.Algorithm.Iteration;
        var where =
            inference.Starts > 1 ? $"restart {restart + 1} of {inference.Starts}, {word} {sweep}" : $"{word} {sweep}";
        return $"{name}: {where}: {Rows(reading, reading.Expected is null ? "pass" : word)}";
    }

    /// <summary>E.g. <c>large: loading the data: 42 % of 50,000,000 rows read, 8.1 million rows/s, about 4 s left in this pass</c>.</summary>
    public static string Loading(string name, Reading reading) => $"{name}: loading the data: {Rows(reading, "pass")}";

    private static string Rows(Reading reading, string what)
    {
        var pass = reading.Pass > 1 ? $"pass {reading.Pass}, " : "";
        return $"{pass}{Numbers.Count((long)Round(100 * reading.Share))} % of {Numbers.Count(reading.Total)} rows read, "
            + $"{Rate(reading.RowsPerSecond)} rows/s, about {Duration(reading.Left)} left in this {what}";
    }

    private static string Rate(double perSecond) =>
        perSecond >= 1e6
            ? $"{Numbers.Significant(Round(perSecond / 1e6, 1))} million"
            : Numbers.Count((long)Round(perSecond));

    /// <summary>A duration in the unit in which it is read.</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalSeconds < 1 ? "1 s"
        : time.TotalSeconds < 100 ? $"{Numbers.Count((long)Round(time.TotalSeconds))} s"
        : time.TotalMinutes < 100 ? $"{Numbers.Count((long)Round(time.TotalMinutes))} min"
        : $"{Numbers.Significant(Round(time.TotalHours, 1))} h";
}
