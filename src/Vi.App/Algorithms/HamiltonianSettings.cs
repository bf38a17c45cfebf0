namespace Vi.App.Algorithms;

/// <summary>What samplers by Hamiltonian trajectories have in common: their tuning.</summary>
internal abstract record HamiltonianSettings : ChainSettings
{
    [JsonPropertyOrder(-1)]
    public double TargetAcceptance { get; init; } = 0.8;

    [JsonPropertyOrder(-1)]
    public MetricName Metric { get; init; } = MetricName.Diagonal;

    [JsonPropertyOrder(-1)]
    public ChainStart Start { get; init; } = ChainStart.Dispersed;

    private protected Inference Configured(ChainInference chains)
    {
        chains.Chains = Chains;
        chains.WarmUp = Warmup;
        chains.Samples = Samples;
        chains.TargetAcceptance = TargetAcceptance;
        chains.DenseMetric = Metric == MetricName.Dense;
        chains.StartFromPathfinder = Start == ChainStart.Pathfinder;
        chains.StartAtRandom = Start == ChainStart.Random;
        return chains;
    }

    private protected static Algorithm Trajectories<TSettings>(string name, string summary)
        where TSettings : HamiltonianSettings =>
        Sampler<TSettings>(
            name,
            summary,
            Provision.LogDensity,
            "draw",
            KeyValuePair.Create("higher-acceptance", "targetAcceptance")
        );
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
    /// <summary>In turn near the modes that matter where there are several, otherwise at random.</summary>
    Dispersed,

    /// <summary>Uniform on (-2, 2) in every coordinate.</summary>
    Random,

    Pathfinder,
}
