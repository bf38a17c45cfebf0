namespace Vi.App.Algorithms;

internal sealed record StreamingSettings : SweepSettings
{
    [Setting("rows of a portion", Minimum = 1, Unit = "rows")]
    public int BatchSize { get; init; } = 1024;

    [Setting("most sweeps of a portion", Minimum = 1, Unit = "sweeps")]
    [JsonPropertyOrder(-2)]
    public int MaxIterations { get; init; } = 1000;

    [Setting(
        "share of earlier information that is kept when a portion arrives; 1 forgets nothing",
        ExclusiveMinimum = 0,
        Maximum = 1
    )]
    public double Memory { get; init; } = 1;

    public override int Budget => MaxIterations;

    public override FitOptions ToOptions(ulong seed, int threads)
    {
        var options = base.ToOptions(seed, threads);
        options.Algorithm = FitAlgorithm.Streaming;
        options.BatchRows = BatchSize;
        options.Memory = Memory;
        return options;
    }

    public static Algorithm Descriptor { get; } =
        new(
            "streaming",
            "one pass over the rows in portions; each posterior is the next portion's prior",
            Provision.Sweeps | Provision.Stream,
            typeof(StreamingSettings),
            "portion"
        )
        {
            ReadsRowsOnce = true,
            Remedies = RemediesOfSweeps(),
        };
}
