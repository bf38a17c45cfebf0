namespace Vi.App.Algorithms;

/// <summary>What samplers have in common: chains, their lengths, their tuning.</summary>
internal abstract record ChainSettings : DensitySettings
{
    [Setting("number of chains", Minimum = 1, Unit = "chains")]
    [JsonPropertyOrder(-1)]
    public int Chains { get; init; } = 4;

    [Setting("draws of each chain that tune the sampler and are not kept", Minimum = 1, Unit = "draws")]
    [JsonPropertyOrder(-1)]
    public int Warmup { get; init; } = 1000;

    [Setting("draws of each chain that are kept", Minimum = 4, Unit = "draws")]
    [JsonPropertyOrder(-1)]
    public int Samples { get; init; } = 1000;

    [Setting("acceptance rate that the step size is tuned to", ExclusiveMinimum = 0, Maximum = 0.999)]
    [JsonPropertyOrder(-1)]
    public double TargetAcceptance { get; init; } = 0.8;

    [Setting("metric that warm-up learns")]
    [JsonPropertyOrder(-1)]
    public MetricName Metric { get; init; } = MetricName.Diagonal;

    [Setting("where chains begin: at random, or at draws of pathfinder")]
    [JsonPropertyOrder(-1)]
    public ChainStart Start { get; init; } = ChainStart.Random;

    private protected Inference Configured(ChainInference chains)
    {
        chains.Chains = Chains;
        chains.WarmUp = Warmup;
        chains.Samples = Samples;
        chains.TargetAcceptance = TargetAcceptance;
        chains.DenseMetric = Metric == MetricName.Dense;
        chains.StartFromPathfinder = Start == ChainStart.Pathfinder;
        return chains;
    }

    private protected static Algorithm Sampler<TSettings>(string name, string summary)
        where TSettings : ChainSettings =>
        new(name, summary, Provision.LogDensity, typeof(TSettings), "draw")
        {
            HasBound = false,
            Exactness = Exactness.UpToMonteCarloError,
            InsteadOfRestarts = "its independent starts are chains",
            Approximation = "None: draws from the posterior itself, once the chains have mixed.",
            Remedies = new Dictionary<RemedyCode, string>
            {
                [RemedyCode.MoreDraws] = "samples",
                [RemedyCode.MoreWarmUp] = "warmup",
                [RemedyCode.MoreChains] = "chains",
                [RemedyCode.HigherAcceptance] = "targetAcceptance",
            },
        };
}

internal enum MetricName
{
    /// <summary>Standard deviations.</summary>
    Diagonal,

    /// <summary>The covariance.</summary>
    Dense,
}

internal enum ChainStart
{
    /// <summary>Uniform on (-2, 2) in every coordinate.</summary>
    Random,

    Pathfinder,
}
