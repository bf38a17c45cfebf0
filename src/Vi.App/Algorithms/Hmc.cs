namespace Vi.App.Algorithms;

/// <summary>Settings of <see cref="Hmc"/>.</summary>
internal sealed record HmcSettings : ChainSettings
{
    public override Inference ToInference() => Configured(new HmcInference());
}

/// <summary>Hamiltonian Monte Carlo.</summary>
internal sealed class Hmc : IAlgorithm
{
    public string Name => "hmc";

    public string Summary => "Hamiltonian Monte Carlo: trajectories of a random length";

    public Provision Needs => Provision.LogDensity;

    public Type SettingsType => typeof(HmcSettings);

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
