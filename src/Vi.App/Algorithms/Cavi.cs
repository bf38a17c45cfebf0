namespace Vi.App.Algorithms;

internal sealed record CaviSettings : SweepSettings
{
    [JsonPropertyOrder(-2)]
    public int MaxIterations { get; init; } = 1000;

    public bool LinearResponse { get; init; } = true;

    public bool Acceleration { get; init; } = true;

    public override int Budget => MaxIterations;

    public override FitOptions ToOptions(ulong seed, int threads)
    {
        var options = base.ToOptions(seed, threads);
        options.Accelerate = Acceleration;
        return options;
    }

    public static Algorithm Descriptor { get; } =
        new(
            "cavi",
            "coordinate ascent: updates of each factor in closed form, sweep after sweep",
            Provision.Sweeps,
            typeof(CaviSettings),
            "sweep"
        )
        {
            Exactness = Exactness.WithinFamily,
            Remedies = RemediesOfSweeps(),
        };
}
