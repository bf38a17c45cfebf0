namespace Vi.App.Algorithms;

/// <summary>What samplers have in common: chains, their lengths, their tuning.</summary>
internal abstract record ChainSettings : DensitySettings
{
    /// <summary>Number of chains.</summary>
    [Setting("number of chains", Minimum = 1, Unit = "chains")]
    [JsonPropertyOrder(-1)]
    public int Chains { get; init; } = 4;

    /// <summary>Draws that tune the sampler.</summary>
    [Setting("draws of each chain that tune the sampler and are not kept", Minimum = 1, Unit = "draws")]
    [JsonPropertyOrder(-1)]
    public int Warmup { get; init; } = 1000;

    /// <summary>Draws that are kept.</summary>
    [Setting("draws of each chain that are kept", Minimum = 4, Unit = "draws")]
    [JsonPropertyOrder(-1)]
    public int Samples { get; init; } = 1000;

    /// <summary>Acceptance rate that the step size is tuned to.</summary>
    [Setting("acceptance rate that the step size is tuned to", ExclusiveMinimum = 0, Maximum = 0.999)]
    [JsonPropertyOrder(-1)]
    public double TargetAcceptance { get; init; } = 0.8;

    /// <summary>The metric.</summary>
    [Setting("metric that warm-up learns")]
    [JsonPropertyOrder(-1)]
    public MetricName Metric { get; init; } = MetricName.Diagonal;

    /// <summary>Where chains begin.</summary>
    [Setting("where chains begin: at random, or at draws of pathfinder")]
    [JsonPropertyOrder(-1)]
    public ChainStart Start { get; init; } = ChainStart.Random;

    /// <summary>Sets what samplers have in common.</summary>
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
}

/// <summary>Metrics of a sampler.</summary>
internal enum MetricName
{
    /// <summary>Standard deviations.</summary>
    Diagonal,

    /// <summary>The covariance.</summary>
    Dense,
}

/// <summary>Where chains begin.</summary>
internal enum ChainStart
{
    /// <summary>Uniform on (-2, 2) in every coordinate.</summary>
    Random,

    /// <summary>At draws of Pathfinder.</summary>
    Pathfinder,
}
