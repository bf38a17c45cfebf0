namespace Vi.App.Algorithms;

internal sealed record AdviSettings : DensitySettings
{
    public NormalFamily? Family { get; init; }
    public int? Rank { get; init; }
    public IReadOnlyList<string>? Paths { get; init; }
    public int? MaxIterations { get; init; }
    public double? Accuracy { get; init; }
    public double? Tolerance { get; init; }
    public int? Draws { get; init; }
    public StepMaker Optimizer { get; init; } = StepMaker.Automatic;
    public double? LearningRate { get; init; }
    public int? BatchSize { get; init; }
    public int? Epochs { get; init; }
    public bool LinearResponse { get; init; } = true;

    public override IEnumerable<Problem> Problems()
    {
        if (Epochs is not null && BatchSize is null)
        {
            yield return new Problem(
                "epochs",
                "advi counts epochs by minibatches; give batchSize too, or maxIterations instead"
            );
        }

        if (Optimizer == StepMaker.Lbfgs && Family is { } family and not NormalFamily.MeanField)
        {
            yield return new Problem(
                "family",
                $"with fixed draws (lbfgs) the family is mean-field, not {JsonNamingPolicy.KebabCaseLower.ConvertName($"{family}")}: a richer one would be fitted to the draws instead of the density, and linear response gives the correlations"
            );
        }

        if (Optimizer == StepMaker.Lbfgs && BatchSize is not null)
        {
            yield return new Problem(
                "batchSize",
                "with fixed draws (lbfgs) every step reads all rows: leave the minibatch out"
            );
        }
    }

    public override Inference ToInference() =>
        Optimizer == StepMaker.Lbfgs
            ? new DeterministicAdviInference
            {
                Draws = Draws,
                MaxIterations = MaxIterations,
                LinearResponse = LinearResponse,
            }
            : new AdviInference
            {
                Family = Family switch
                {
                    NormalFamily.MeanField => ApproximationFamily.MeanField,
                    NormalFamily.FullRank => ApproximationFamily.FullRank,
                    NormalFamily.LowRank => ApproximationFamily.LowRank,
                    NormalFamily.SparsePrecision => ApproximationFamily.SparsePrecision,
                    _ => ApproximationFamily.Automatic,
                },
                Rank = Rank,
                Paths = Paths ?? [],
                Draws = Draws,
                StepRule = Optimizer.ToRule(),
                LearningRate = Optimizer == StepMaker.Automatic ? null : LearningRate,
                BatchRows = BatchSize,
                Epochs = Epochs,
                MaxSteps = MaxIterations,
                Accuracy = Tolerance == 0 ? 0 : Accuracy,
            };

    public static Algorithm Descriptor { get; } =
        new(
            "advi",
            "a normal distribution on the real line, fitted by gradients of the bound",
            Provision.LogDensity,
            typeof(AdviSettings),
            "step"
        )
        {
            Approximation = "A normal distribution of all parameters on the real line, of the chosen family.",
            Remedies = new Dictionary<string, string>
            {
                ["more-steps"] = "maxIterations",
                ["more-fixed-draws"] = "draws",
                ["lower-tolerance"] = "accuracy",
                ["richer-family"] = "family",
                ["higher-rank"] = "rank",
            },
        };
}

internal enum NormalFamily
{
    MeanField,

    FullRank,

    LowRank,

    /// <summary>A sparse precision: bands along paths in time.</summary>
    SparsePrecision,
}

internal enum StepMaker
{
    /// <summary>Natural gradients whose rate is chosen and lowered; of particles, adam with a rate of its own.</summary>
    Automatic,

    Adam,

    Rmsprop,

    Sgd,

    /// <summary>L-BFGS on a bound whose draws stay fixed: deterministic variational inference.</summary>
    Lbfgs,
}

internal static class StepMakers
{
    /// <summary>The core's name of a way to make steps.</summary>
    public static StepRule ToRule(this StepMaker maker) =>
        maker switch
        {
            StepMaker.Adam => StepRule.Adam,
            StepMaker.Rmsprop => StepRule.RmsProp,
            StepMaker.Sgd => StepRule.Sgd,
            _ => StepRule.Automatic,
        };
}
