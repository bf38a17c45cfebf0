namespace Vi.App.Algorithms;

/// <summary>What samplers have in common: chains and their lengths.</summary>
internal abstract record ChainSettings : DensitySettings
{
    [Setting("number of chains", Minimum = 1, Unit = "chains")]
    [JsonPropertyOrder(-2)]
    public int Chains { get; init; } = 4;

    [Setting(
        "draws of each chain before those that are kept; they tune Hamiltonian samplers",
        Minimum = 1,
        Unit = "draws"
    )]
    [JsonPropertyOrder(-2)]
    public int Warmup { get; init; } = 1000;

    [Setting("draws of each chain that are kept", Minimum = 4, Unit = "draws")]
    [JsonPropertyOrder(-2)]
    public int Samples { get; init; } = 1000;

    private protected static Algorithm Sampler<TSettings>(
        string name,
        string summary,
        Provision needs,
        string iteration,
        params IEnumerable<KeyValuePair<RemedyCode, string>> remedies
    )
        where TSettings : ChainSettings =>
        new(name, summary, needs, typeof(TSettings), iteration)
        {
            HasBound = false,
            Exactness = Exactness.UpToMonteCarloError,
            InsteadOfRestarts = "its independent starts are chains",
            Approximation = "None: draws from the posterior itself, once the chains have mixed.",
            Remedies = new Dictionary<RemedyCode, string>(remedies)
            {
                [RemedyCode.MoreDraws] = "samples",
                [RemedyCode.MoreWarmUp] = "warmup",
                [RemedyCode.MoreChains] = "chains",
            },
        };
}
