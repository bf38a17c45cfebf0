using System.Globalization;
using Vi.App.Models;

namespace Vi.App.Running;

/// <summary>A sweep as one line.</summary>
public static class ProgressLine
{
    /// <summary>E.g. <c>old-faithful: restart 2 of 5, sweep 20: ELBO -1162.4321, gain 3.2E-05 nats, about 2 s left</c>.</summary>
    public static string Text(string name, InferenceSettings inference, FitStep step, TimeSpan? left)
    {
        var restart = inference.Starts > 1 ? $"restart {step.Restart + 1} of {inference.Starts}, " : "";
        var gain = double.IsFinite(step.Gain) ? $", gain {Gain(step.Gain)} nats" : "";
        var rest =
            step.Status is { } status ? $", {status}"
            : left is { } time ? $", about {Duration(time)} left"
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {restart}sweep {step.Iteration}: ELBO {step.Elbo:F4}{gain}{rest}"
        );
    }

    /// <summary>A gain in nats with three significant digits.</summary>
    public static string Gain(double gain) =>
        gain.ToString(System.Math.Abs(gain) is >= 0.001 and < 1e5 ? "G3" : "0.0E-00");

    /// <summary>A duration in the unit in which it is read.</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalSeconds < 1 ? "1 s"
        : time.TotalSeconds < 100 ? $"{time.TotalSeconds:F0} s"
        : time.TotalMinutes < 100 ? $"{time.TotalMinutes:F0} min"
        : $"{time.TotalHours:F1} h";
}
