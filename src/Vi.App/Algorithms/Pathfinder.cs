namespace Vi.App.Algorithms;

/// <summary>Settings of <see cref="Pathfinder"/>.</summary>
internal sealed record PathfinderSettings : DensitySettings
{
    /// <summary>Number of climbs.</summary>
    [Setting("number of paths, each from its own start [4]", Minimum = 1, Unit = "paths")]
    public int? Climbs { get; init; }

    public override Inference ToInference() => new PathfinderInference { Climbs = Climbs };
}

/// <summary>Normal distributions along climbs to the mode.</summary>
internal sealed class Pathfinder : IAlgorithm
{
    public string Name => "pathfinder";

    public string Summary => "the best normal distributions along climbs to the mode, weighted by importance";

    public Provision Needs => Provision.LogDensity;

    public Type SettingsType => typeof(PathfinderSettings);

    public string Iteration => "path";

    public string InsteadOfRestarts => "its independent starts are climbs";

    public string Approximation =>
        "Normal distributions along climbs to the mode, the best of each weighted by importance, on the real line.";

    public IReadOnlyDictionary<RemedyCode, string> Remedies { get; } =
        new Dictionary<RemedyCode, string> { [RemedyCode.MorePaths] = "climbs" };
}
