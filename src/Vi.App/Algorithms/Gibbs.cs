namespace Vi.App.Algorithms;

internal sealed record GibbsSettings : ChainSettings
{
    public int Thin { get; init; } = 1;

    public override Inference ToInference() =>
        new GibbsInference
        {
            Chains = Chains,
            WarmUp = Warmup,
            Samples = Samples,
            Thin = Thin,
        };

    public static Algorithm Descriptor { get; } =
        Sampler<GibbsSettings>(
            "gibbs",
            "Gibbs sampling: each parameter in turn, drawn given all others and the data",
            Provision.Conditionals,
            "sweep"
        );
}
