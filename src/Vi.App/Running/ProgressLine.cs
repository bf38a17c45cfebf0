using System.Globalization;
using Vi.App.Algorithms;
using Vi.App.Models;

namespace Vi.App.Running;

/// <summary>A sweep as one line.</summary>
public static class ProgressLine
{
    /// <summary>E.g. <c>old-faithful: restart 2 of 5, sweep 20: ELBO -1162.4321, gain 3.2e-05 nats, about 2 s left</c>.</summary>
    public static string Text(string name, AlgorithmSettings inference, FitStep step, TimeSpan? left)
    {
        var restart = inference.Starts > 1 ? $"restart {step.Restart + 1} of {inference.Starts}, " : "";
        var gain = double.IsFinite(step.Gain) ? $", gain {Gain(step.Gain)} nats" : "";
        var rest =
            step.Status is { } status ? $", {status}"
            : left is { } time ? $", about {Duration(time)} left"
            : "";
        return step.Phase.Length > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {step.Phase}: {(inference.Algorithm.HasBound ? "ELBO" : "mean log p")} {step.Elbo:F2}{rest}"
            )
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {restart}{inference.Algorithm.Iteration} {step.Iteration}: ELBO {step.Elbo:F4}{gain}{rest}"
            );
    }

    /// <summary>
    /// E.g. <c>large: sweep 4: 42 % of 50,000,000 rows read, 8.1 million rows/s, about 4 s left in this sweep</c>.
    /// </summary>
    /// <param name="name">Name of the run.</param>
    /// <param name="inference">Algorithm and restarts.</param>
    /// <param name="before">The last sweep that ended; null before the first.</param>
    /// <param name="reading">How far the reading has come.</param>
    public static string Text(string name, AlgorithmSettings inference, FitStep? before, Reading reading)
    {
        var next = (before?.Restart ?? 0, Sweep: (before?.Iteration ?? 0) + 1);
        if (before?.Status is not null)
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
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{pass}{100 * reading.Share:F0} % of {reading.Total:N0} rows read, {Rate(reading.RowsPerSecond)} rows/s, about {Duration(reading.Left)} left in this {what}"
        );
    }

    private static string Rate(double perSecond) =>
        perSecond >= 1e6
            ? string.Create(CultureInfo.InvariantCulture, $"{perSecond / 1e6:F1} million")
            : string.Create(CultureInfo.InvariantCulture, $"{perSecond:N0}");

    /// <summary>A gain in nats with three significant digits.</summary>
    private static string Gain(double gain) =>
        gain.ToString(
            System.Math.Abs(gain) is 0 or (>= 0.001 and < 1e5) ? "G3" : "0.0e-00",
            CultureInfo.InvariantCulture
        );

    /// <summary>A duration in the unit in which it is read.</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalSeconds < 1 ? "1 s"
        : time.TotalSeconds < 100 ? $"{time.TotalSeconds:F0} s"
        : time.TotalMinutes < 100 ? $"{time.TotalMinutes:F0} min"
        : $"{time.TotalHours:F1} h";
}
