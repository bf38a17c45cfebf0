namespace Vi.App.Algorithms;

internal sealed record ReverseKlSettings : SweepSettings
{
    [Setting("most Newton steps of a restart", Minimum = 1, Unit = "sweeps")]
    [JsonPropertyOrder(-2)]
    public int MaxIterations { get; init; } = 1000;

    public override int Budget => MaxIterations;

    public static Algorithm Descriptor { get; } =
        new(
            "reverse-kl",
            "Newton steps to the normal distribution with the smallest divergence KL(q, p) from a known density p",
            Provision.ClosedDensity,
            typeof(ReverseKlSettings),
            "sweep"
        )
        {
            Remedies = RemediesOfSweeps(),
        };
}
