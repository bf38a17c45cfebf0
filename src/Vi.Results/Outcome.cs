namespace Vi.Results;

/// <summary>How a run ended.</summary>
public sealed record OutcomeRecord(RunStatus Status, string Code, IReadOnlyDictionary<string, double> Figures)
{
    public string? Detail { get; init; }
    public PhaseRecord? Phase { get; init; }
}

/// <summary>How a run ended, the graver the later.</summary>
public enum RunStatus
{
    Converged,
    BudgetSpent,
    Cancelled,
    Diverged,
    Failed,
}

/// <summary>How far a run has come.</summary>
public sealed record PhaseRecord(string Code, IReadOnlyDictionary<string, double> Figures);
