namespace Vi.App.Algorithms;

/// <summary>Settings of <see cref="Streaming"/>.</summary>
internal sealed record StreamingSettings : SweepSettings
{
    /// <summary>Rows that are taken in at a time.</summary>
    [Setting("rows of a portion", Minimum = 1, Unit = "rows")]
    public int BatchSize { get; init; } = 1024;

    /// <summary>Most sweeps of a portion.</summary>
    [Setting("most sweeps of a portion", Minimum = 1, Unit = "sweeps")]
    [JsonPropertyOrder(-2)]
    public int MaxIterations { get; init; } = 1000;

    /// <summary>Share of what is known that is kept.</summary>
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
}

/// <summary>Rows that arrive in portions.</summary>
internal sealed class Streaming : IAlgorithm
{
    public string Name => "streaming";

    public string Summary => "one pass over the rows in portions; each posterior is the next portion's prior";

    public Provision Needs => Provision.Sweeps | Provision.Stream;

    public Type SettingsType => typeof(StreamingSettings);

    public string Iteration => "portion";

    public bool ReadsRowsOnce => true;

    public IReadOnlyDictionary<RemedyCode, string> Remedies { get; } =
        new Dictionary<RemedyCode, string>
        {
            [RemedyCode.MoreSteps] = "maxIterations",
            [RemedyCode.LowerTolerance] = "tolerance",
            [RemedyCode.MoreRestarts] = "restarts",
        };
}
