namespace Vi.App.Algorithms;

/// <summary>Settings of <see cref="ReverseKl"/>.</summary>
internal sealed record ReverseKlSettings : SweepSettings
{
    /// <summary>Most Newton steps of a restart.</summary>
    [Setting("most Newton steps of a restart", Minimum = 1, Unit = "sweeps")]
    [JsonPropertyOrder(-2)]
    public int MaxIterations { get; init; } = 1000;

    public override int Budget => MaxIterations;
}

/// <summary>The normal distribution nearest to a known density.</summary>
internal sealed class ReverseKl : IAlgorithm
{
    public string Name => "reverse-kl";

    public string Summary =>
        "Newton steps to the normal distribution with the smallest divergence KL(q, p) from a known density p";

    public Provision Needs => Provision.ClosedDensity;

    public Type SettingsType => typeof(ReverseKlSettings);

    public string Iteration => "sweep";

    public IReadOnlyDictionary<RemedyCode, string> Remedies { get; } =
        new Dictionary<RemedyCode, string>
        {
            [RemedyCode.MoreSteps] = "maxIterations",
            [RemedyCode.LowerTolerance] = "tolerance",
            [RemedyCode.MoreRestarts] = "restarts",
        };
}
