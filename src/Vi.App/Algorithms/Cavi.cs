namespace Vi.App.Algorithms;

internal sealed record CaviSettings : SweepSettings
{
    [Setting("most sweeps of a restart", Minimum = 1, Unit = "sweeps")]
    [JsonPropertyOrder(-2)]
    public int MaxIterations { get; init; } = 1000;

    [Setting("whether standard deviations corrected by linear response are shown next to those of q")]
    public bool LinearResponse { get; init; } = true;

    public override int Budget => MaxIterations;

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
