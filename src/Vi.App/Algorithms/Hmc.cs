namespace Vi.App.Algorithms;

internal sealed record HmcSettings : ChainSettings
{
    public override Inference ToInference() => Configured(new HmcInference());

    public static Algorithm Descriptor { get; } =
        Sampler<HmcSettings>("hmc", "Hamiltonian Monte Carlo: trajectories of a random length");
}
