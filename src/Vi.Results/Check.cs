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
    /// <summary>As it is.</summary>
    Reliable,

    /// <summary>With care.</summary>
    Usable,

    /// <summary>Not at all.</summary>
    Unreliable,
}

/// <summary>One thing that was checked.</summary>
/// <param name="Id">What was measured: a case of the core's <c>CheckId</c>, or one of <see cref="CheckCode"/>.</param>
/// <param name="Value">The figure.</param>
/// <param name="Target">The value that passes.</param>
/// <param name="Limit">The value up to which a failing answer can be used with care.</param>
/// <param name="HigherIsBetter">Whether a value above the target passes.</param>
public sealed record CheckRecord(string Id, double Value, double Target, double Limit, bool HigherIsBetter)
{
    /// <summary>The best that the check can say of an answer.</summary>
    public TrustLevel Best { get; init; } = TrustLevel.Reliable;

    /// <summary>Name of the coordinate or quantity that has the value; null where it is the whole answer's.</summary>
    public string? Subject { get; init; }

    /// <summary>Whether the value meets the target.</summary>
    public bool IsPassed => Meets(Target);

    /// <summary>What the check says of the answer.</summary>
    public TrustLevel Level =>
        IsPassed ? Best
        : Meets(Limit) ? TrustLevel.Usable
        : TrustLevel.Unreliable;

    private bool Meets(double bound) => HigherIsBetter ? Value >= bound : Value <= bound;
}

/// <summary>Whether the answer can be used.</summary>
/// <param name="Level">The worst level of checks, outcome and findings.</param>
/// <param name="Checks">Everything that was checked, what passed included.</param>
/// <param name="Advice">What to change; empty where nothing is needed.</param>
public sealed record Judgement(TrustLevel Level, IReadOnlyList<CheckRecord> Checks, IReadOnlyList<AdviceRecord> Advice);
