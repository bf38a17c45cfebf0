namespace Vi.App.Running;

/// <summary>
/// Estimates the time that a fit still needs: from the share that is done, where the fit knows it; of sweeps from the decay of their gains,
/// bounded by their budget; of optimisers, which end when nothing moves any more, nothing is said.
/// </summary>
internal sealed class RemainingTime(AlgorithmSettings inference)
{
    private readonly List<double> gains = [];
    private readonly List<int> finished = [];
    private (double Share, TimeSpan Elapsed)? begun;
    private int restart;
    private int total;

    /// <summary>Takes note of a sweep and answers with the time left; null while nothing can be said.</summary>
    public TimeSpan? After(FitStep step, TimeSpan elapsed)
    {
        if (inference is not SweepSettings sweeping)
        {
            return ByShare(step, elapsed);
        }

        if (step.Restart != restart)
        {
            restart = step.Restart;
            gains.Clear();
        }

        total++;
        gains.Add(step.Gain);
        if (step.Outcome is not null)
        {
            finished.Add(step.Iteration);
        }

        var budget = sweeping.Budget - step.Iteration;
        var sweeps = step.Outcome is not null
            ? 0
            : Min(budget, GainDecay.Of(gains)?.SweepsUntil(sweeping.Tolerance) ?? budget);
        var perRestart = finished.Count > 0 ? finished.Average() : step.Iteration + sweeps;
        var left = sweeps + perRestart * Max(0, sweeping.Starts - step.Restart - 1);
        return total < 2 ? null : elapsed / total * left;
    }

    /// <summary>By what was done since the first step seen, so that a start and what was done before a resumption do not count.</summary>
    private TimeSpan? ByShare(FitStep step, TimeSpan elapsed)
    {
        if (step.Share is not { } share)
        {
            return null;
        }

        var (first, since) = begun ??= (share, elapsed);
        return share > first ? (elapsed - since) / (share - first) * (1 - share) : null;
    }
}
