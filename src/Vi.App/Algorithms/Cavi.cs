namespace Vi.App.Algorithms;

/// <summary>Settings of <see cref="Cavi"/>.</summary>
internal sealed record CaviSettings : SweepSettings
{
    /// <summary>Most sweeps of a restart.</summary>
    [Setting("most sweeps of a restart", Minimum = 1, Unit = "sweeps")]
    [JsonPropertyOrder(-2)]
    public int MaxIterations { get; init; } = 1000;

    /// <summary>Whether standard deviations by linear response are computed.</summary>
    [Setting("whether standard deviations corrected by linear response are shown next to those of q")]
    public bool LinearResponse { get; init; } = true;

    public override int Budget => MaxIterations;
}

/// <summary>Coordinate ascent.</summary>
internal sealed class Cavi : IAlgorithm
{
    public string Name => "cavi";

    public string Summary => "coordinate ascent: updates of each factor in closed form, sweep after sweep";

    public Provision Needs => Provision.Sweeps;

    public Type SettingsType => typeof(CaviSettings);

    public string Iteration => "sweep";

    public Exactness Exactness => Exactness.WithinFamily;

    public IReadOnlyDictionary<RemedyCode, string> Remedies { get; } =
        new Dictionary<RemedyCode, string>
        {
            [RemedyCode.MoreSteps] = "maxIterations",
            [RemedyCode.LowerTolerance] = "tolerance",
            [RemedyCode.MoreRestarts] = "restarts",
        };
}
