namespace Vi.App.Algorithms;

internal sealed record PathfinderSettings : DensitySettings
{
    public int? Climbs { get; init; }

    public override Inference ToInference() => new PathfinderInference { Climbs = Climbs };

    public static Algorithm Descriptor { get; } =
        new(
            "pathfinder",
            "the best normal distributions along climbs to the mode, weighted by importance",
            Provision.LogDensity,
            typeof(PathfinderSettings),
            "path"
        )
        {
            InsteadOfRestarts = "its independent starts are climbs",
            Approximation =
                "Normal distributions along climbs to the mode, the best of each weighted by importance, on the real line.",
            Remedies = new Dictionary<string, string> { ["more-paths"] = "climbs" },
        };
}
