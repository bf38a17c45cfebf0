namespace Vi.App.Running;

/// <summary>The sweeps of one restart in order, at least one, with the seconds from its beginning to the end of each.</summary>
/// <param name="Restart">Index of the restart, from 0.</param>
internal sealed record RestartTrace(int Restart, List<FitStep> Steps, List<double> Seconds)
{
    [JsonIgnore]
    public FitStep Last => Steps[^1];

    public void Add(FitStep step, double elapsedSeconds)
    {
        Steps.Add(step);
        Seconds.Add(elapsedSeconds);
    }
}

/// <summary>Gathers the sweeps of a fit, restart by restart.</summary>
internal sealed class FitTrace(TimeProvider clock)
{
    private readonly List<RestartTrace> restarts = [];
    private long restartStart = clock.GetTimestamp();
    private double secondsBefore;

    public IReadOnlyList<RestartTrace> Restarts => restarts;

    /// <summary>The restart that goes on or ended last; null before the first sweep.</summary>
    public RestartTrace? Current => restarts.Count == 0 ? null : restarts[^1];

    /// <summary>Whether some restart has a finite bound, so that the fit has an answer.</summary>
    public bool HasAnswer => restarts.Exists(r => double.IsFinite(r.Last.Elbo));

    /// <summary>Whether the last of so many restarts came to its end, so that nothing is left to do.</summary>
    public bool IsOver(int starts) => Current is { Last.Outcome: not null } current && current.Restart == starts - 1;

    /// <summary>Puts back the restarts of a stored trace; the clock of the last one goes on from its last sweep.</summary>
    public void Restore(IEnumerable<RestartTrace> stored)
    {
        restarts.AddRange(stored);
        secondsBefore = Current?.Seconds[^1] ?? 0;
    }

    public void Add(FitStep step)
    {
        if (restarts.Count == 0 || restarts[^1].Restart != step.Restart)
        {
            restartStart = restarts.Count == 0 ? restartStart : clock.GetTimestamp();
            secondsBefore = 0;
            restarts.Add(new RestartTrace(step.Restart, [], []));
        }

        restarts[^1].Add(step, secondsBefore + clock.GetElapsedTime(restartStart).TotalSeconds);
    }

    /// <summary>The outcome of every restart; one that did not end has the status given.</summary>
    public IReadOnlyList<RestartRecord> Outcomes(int? kept, RunStatus unfinished) =>
        restarts.ConvertAll(r => new RestartRecord(
            r.Restart,
            r.Last.Elbo,
            r.Steps.Count,
            r.Last.Outcome?.Status ?? unfinished,
            r.Restart == kept
        ));
}
