namespace Vi.App.Algorithms;

internal sealed record HmcSettings : HamiltonianSettings
{
    public override Inference ToInference() => Configured(new HmcInference());

    public static Algorithm Descriptor { get; } =
        Trajectories<HmcSettings>("hmc", "Hamiltonian Monte Carlo: trajectories of a random length");
}
