namespace Vi.App.Algorithms;

/// <summary>Settings of <see cref="Laplace"/>.</summary>
internal sealed record LaplaceSettings : DensitySettings
{
    /// <summary>Number of climbs.</summary>
    [Setting("number of climbs to a mode, each from its own start [4]", Minimum = 1, Unit = "climbs")]
    public int? Climbs { get; init; }

    public override Inference ToInference() => new LaplaceInference { Climbs = Climbs };
}

/// <summary>The normal distribution at the mode.</summary>
internal sealed class Laplace : IAlgorithm
{
    public string Name => "laplace";

    public string Summary => "a normal distribution at the mode with the posterior's curvature there";

    public Provision Needs => Provision.LogDensity;

    public Type SettingsType => typeof(LaplaceSettings);

    public string Iteration => "climb";

    public string InsteadOfRestarts => "its independent starts are climbs";

    public string Approximation =>
        "A normal distribution at the mode, with the posterior's curvature there, on the real line.";

    public IReadOnlyDictionary<RemedyCode, string> Remedies { get; } =
        new Dictionary<RemedyCode, string> { [RemedyCode.MorePaths] = "climbs" };
}
