using Vi.Math.Fluent;

namespace Vi.App.Algorithms;

/// <summary>Settings of <see cref="Hmc"/>.</summary>
public sealed record HmcSettings : ChainSettings
{
    /// <inheritdoc />
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

    public string InsteadOfRestarts => "its independent starts are chains";

    public string Approximation => "None: draws from the posterior itself, once the chains have mixed.";

    public IReadOnlyDictionary<Remedy, string> Remedies { get; } =
        new Dictionary<Remedy, string>
        {
            [Remedy.Draws] = "samples",
            [Remedy.Chains] = "chains",
            [Remedy.WarmUp] = "warmup",
            [Remedy.Acceptance] = "targetAcceptance",
        };
}
