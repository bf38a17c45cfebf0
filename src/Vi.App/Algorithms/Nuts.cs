namespace Vi.App.Algorithms;

internal sealed record NutsSettings : HamiltonianSettings
{
    public int MaxDepth { get; init; } = 10;

    public override Inference ToInference() => Configured(new NutsInference { MaxDepth = MaxDepth });

    public static Algorithm Descriptor { get; } =
        Trajectories<NutsSettings>(
            "nuts",
            "the no-U-turn sampler: Hamiltonian trajectories that end where they turn back"
        );
}
