namespace Vi.App.Algorithms;

internal sealed record BatchAndMatchSettings : DensitySettings
{
    [Setting("draws of a step [two for each coordinate, from 16 to 128]", Minimum = 2, Unit = "draws")]
    public int? Draws { get; init; }

    [Setting("most steps, each one batch of gradients [4000]", Minimum = 1, Unit = "steps")]
    public int? MaxIterations { get; init; }

    [Setting(
        "how far the answer may still move when the fit counts as converged; 0 uses all steps [0.05]",
        Minimum = 0,
        Unit = "posterior standard deviations"
    )]
    public double? Accuracy { get; init; }

    [Setting("0 uses all steps; otherwise accuracy decides", Minimum = 0)]
    public double? Tolerance { get; init; }

    public override Inference ToInference() =>
        new BatchAndMatchInference
        {
            Draws = Draws,
            MaxSteps = MaxIterations,
            Accuracy = Tolerance == 0 ? 0 : Accuracy,
        };

    public static Algorithm Descriptor { get; } =
        new(
            "batch-and-match",
            "a full-rank normal distribution whose gradients match those of the posterior, without a step size",
            Provision.LogDensity,
            typeof(BatchAndMatchSettings),
            "step"
        )
        {
            Approximation = "A normal distribution of all parameters with all correlations, on the real line.",
            Remedies = new Dictionary<RemedyCode, string>
            {
                [RemedyCode.MoreSteps] = "maxIterations",
                [RemedyCode.LowerTolerance] = "accuracy",
            },
        };
}
