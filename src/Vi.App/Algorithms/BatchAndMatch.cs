namespace Vi.App.Algorithms;

internal sealed record BatchAndMatchSettings : DensitySettings
{
    public int? Draws { get; init; }
    public int? MaxIterations { get; init; }
    public double? Accuracy { get; init; }
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
            Remedies = new Dictionary<string, string>
            {
                ["more-steps"] = "maxIterations",
                ["lower-tolerance"] = "accuracy",
            },
        };
}
