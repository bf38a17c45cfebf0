namespace Vi.App.Algorithms;

/// <summary>Settings of <see cref="Nuts"/>.</summary>
internal sealed record NutsSettings : ChainSettings
{
    /// <summary>Most doublings of a trajectory.</summary>
    [Setting("most doublings of a trajectory", Minimum = 1, Maximum = 20)]
    public int MaxDepth { get; init; } = 10;

    public override Inference ToInference() => Configured(new NutsInference { MaxDepth = MaxDepth });
}

/// <summary>The no-U-turn sampler.</summary>
internal sealed class Nuts : IAlgorithm
{
    public string Name => "nuts";

    public string Summary => "the no-U-turn sampler: Hamiltonian trajectories that end where they turn back";

    public Provision Needs => Provision.LogDensity;

    public Type SettingsType => typeof(NutsSettings);

    public string Iteration => "draw";

    public bool HasBound => false;

    public Exactness Exactness => Exactness.UpToMonteCarloError;

    public string InsteadOfRestarts => "its independent starts are chains";

    public string Approximation => "None: draws from the posterior itself, once the chains have mixed.";

    public IReadOnlyDictionary<RemedyCode, string> Remedies { get; } =
        new Dictionary<RemedyCode, string>
        {
            [RemedyCode.MoreDraws] = "samples",
            [RemedyCode.MoreWarmUp] = "warmup",
            [RemedyCode.MoreChains] = "chains",
            [RemedyCode.HigherAcceptance] = "targetAcceptance",
        };
}
