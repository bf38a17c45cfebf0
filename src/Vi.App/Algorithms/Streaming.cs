namespace Vi.App.Algorithms;

internal sealed record StreamingSettings : SweepSettings
{
    public int BatchSize { get; init; } = 1024;

    [JsonPropertyOrder(-2)]
    public int MaxIterations { get; init; } = 1000;

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
