using Vi.App.Models;

namespace Vi.App.Running;

/// <summary>Estimates the time that a fit still needs, from the decay of its gains and bounded by its budget.</summary>
public sealed class RemainingTime(InferenceSettings inference)
{
    private readonly List<double> gains = [];
    private readonly List<int> finished = [];
    private int restart;
    private int total;

    /// <summary>Takes note of a sweep and answers with the time left; null while nothing can be said.</summary>
    public TimeSpan? After(FitStep step, TimeSpan elapsed)
    {
        if (step.Restart != restart)
        {
            restart = step.Restart;
            gains.Clear();
        }

        total++;
        gains.Add(step.Gain);
        if (step.Status is not null)
        {
            finished.Add(step.Iteration);
        }

        var budget = inference.Budget - step.Iteration;
        var sweeps = step.Status is not null
            ? 0
            : System.Math.Min(budget, ConvergenceRate.Of(gains)?.SweepsUntil(inference.Tolerance) ?? budget);
        var perRestart = finished.Count > 0 ? finished.Average() : step.Iteration + sweeps;
        var left = sweeps + perRestart * System.Math.Max(0, inference.Starts - step.Restart - 1);
        return total < 2 ? null : elapsed / total * left;
    }
}
