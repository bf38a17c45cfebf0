namespace Vi.Results;

/// <summary>Codes of checks that results are read by; the others are cases of the core's <c>CheckId</c>, e.g. <c>mean-shift</c>.</summary>
public static class CheckCode
{
    /// <summary>Tail shape of the importance weights.</summary>
    public const string ParetoK = "pareto-k";

    /// <summary>Largest R-hat.</summary>
    public const string RHat = "r-hat";

    /// <summary>Nats still to be gained.</summary>
    public const string RemainingNats = "remaining-nats";

    /// <summary>Numbers checked against the posterior; 0 where the fit was not checked.</summary>
    public const string CheckedNumbers = "checked-numbers";

    /// <summary>Restarts that reached the best bound; computed from the stored result.</summary>
    public const string AgreeingRestarts = "agreeing-restarts";

    /// <summary>Chains; computed from the stored result.</summary>
    public const string Chains = "chains";
}

/// <summary>Whether an answer can be used.</summary>
public enum TrustLevel
{
    Reliable,
    Usable,
    Unreliable,
}

/// <summary>One thing that was checked.</summary>
public sealed record CheckRecord(string Id, double Value, double Target, double Limit, bool HigherIsBetter)
{
    public TrustLevel Best { get; init; } = TrustLevel.Reliable;
    public string? Subject { get; init; }
    public bool IsPassed => Meets(Target);

    public TrustLevel Level =>
        IsPassed ? Best
        : Meets(Limit) ? TrustLevel.Usable
        : TrustLevel.Unreliable;

    private bool Meets(double bound) => HigherIsBetter ? Value >= bound : Value <= bound;
}

/// <summary>Whether the answer can be used.</summary>
public sealed record Judgement(TrustLevel Level, IReadOnlyList<CheckRecord> Checks, IReadOnlyList<AdviceRecord> Advice);
