namespace Vi.Results;

/// <summary>How a run ended.</summary>
/// <param name="Status">How it ended, without figures.</param>
/// <param name="Code">
/// The case of the core's <c>Outcome</c>, e.g. <c>sweep-gain</c>; or <c>cancelled</c> or <c>failed</c>, after <c>step</c> of <c>restart</c>
/// (from 1) of <c>restarts</c>.
/// </param>
/// <param name="Figures">The case's figures by name.</param>
public sealed record OutcomeRecord(RunStatus Status, string Code, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>A term's name, or an error's message; null where the case has none.</summary>
    public string? Detail { get; init; }

    /// <summary>How far a cancelled run had come, where its algorithm counts something other than iterations; otherwise null.</summary>
    public PhaseRecord? Phase { get; init; }
}

/// <summary>How a run ended, the graver the later.</summary>
public enum RunStatus
{
    /// <summary>The answer has settled.</summary>
    Converged,

    /// <summary>The budget was used up before.</summary>
    BudgetSpent,

    /// <summary>The user stopped it.</summary>
    Cancelled,

    /// <summary>There is no answer, or none that could be right.</summary>
    Diverged,

    /// <summary>An error broke it.</summary>
    Failed,
}

/// <summary>How far a run has come.</summary>
/// <param name="Code">What is counted: a case of the core's <c>InferencePhase</c>, e.g. <c>warm-up</c>.</param>
/// <param name="Figures">The case's figures by name.</param>
public sealed record PhaseRecord(string Code, IReadOnlyDictionary<string, double> Figures);
