namespace Vi.App.Algorithms;

internal sealed record ReverseKlSettings : SweepSettings
{
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
