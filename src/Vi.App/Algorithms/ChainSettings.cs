namespace Vi.App.Algorithms;

/// <summary>What samplers have in common: chains and their lengths.</summary>
internal abstract record ChainSettings : DensitySettings
{
    [JsonPropertyOrder(-2)]
    public int Chains { get; init; } = 4;

    [JsonPropertyOrder(-2)]
    public int Warmup { get; init; } = 1000;

    [JsonPropertyOrder(-2)]
    public int Samples { get; init; } = 1000;

    private protected static Algorithm Sampler<TSettings>(
        string name,
        string summary,
        Provision needs,
        string iteration,
        params IEnumerable<KeyValuePair<string, string>> remedies
    )
        where TSettings : ChainSettings =>
        new(name, summary, needs, typeof(TSettings), iteration)
        {
            HasBound = false,
            Exactness = Exactness.UpToMonteCarloError,
            InsteadOfRestarts = "its independent starts are chains",
            Approximation = "None: draws from the posterior itself, once the chains have mixed.",
            Remedies = new Dictionary<string, string>(remedies)
            {
                ["more-draws"] = "samples",
                ["more-warm-up"] = "warmup",
                ["more-chains"] = "chains",
            },
        };
}
