namespace Vi.App.Algorithms;

internal sealed record LaplaceSettings : DensitySettings
{
    public int? Climbs { get; init; }

    public override Inference ToInference() => new LaplaceInference { Climbs = Climbs };

    public static Algorithm Descriptor { get; } =
        new(
            "laplace",
            "a normal distribution at the mode with the posterior's curvature there",
            Provision.LogDensity,
            typeof(LaplaceSettings),
            "climb"
        )
        {
            InsteadOfRestarts = "its independent starts are climbs",
            Approximation =
                "A normal distribution at the mode, with the posterior's curvature there, on the real line.",
            Remedies = new Dictionary<string, string> { ["more-paths"] = "climbs" },
        };
}
