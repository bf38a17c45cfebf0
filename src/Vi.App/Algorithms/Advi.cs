namespace Vi.App.Algorithms;

internal sealed record AdviSettings : DensitySettings
{
    [Setting(
        "family of normal distributions: mean-field, full-rank, low-rank or sparse-precision [full-rank up to 64 coordinates, otherwise mean-field]"
    )]
    public NormalFamily? Family { get; init; }

    [Setting(
        "low-rank: number of columns next to the diagonal, at most one for each of the model's coordinates [5, or as many as there are]",
        Minimum = 1
    )]
    public int? Rank { get; init; }

    [Setting("sparse-precision: parameters that are paths in time [those with an autoregression as prior]")]
    public IReadOnlyList<string>? Paths { get; init; }

    [Setting("most steps of the optimizer [20000; with lbfgs 2000]", Minimum = 1, Unit = "steps")]
    public int? MaxIterations { get; init; }

    [Setting(
        "how far the answer may still move when the fit counts as converged; 0 uses all steps [0.05]",
        Minimum = 0,
        Unit = "posterior standard deviations"
    )]
    public double? Accuracy { get; init; }

    [Setting("0 uses all steps; otherwise accuracy decides", Minimum = 0)]
    public double? Tolerance { get; init; }

    [Setting("draws of a step [16]; with the optimizer lbfgs, draws that stay fixed [30]", Minimum = 1, Unit = "draws")]
    public int? Draws { get; init; }

    [Setting(
        "automatic: natural gradients whose rate is chosen and lowered; adam, rmsprop, sgd with learningRate; or lbfgs with draws that stay fixed (deterministic, mean-field)"
    )]
    public StepMaker Optimizer { get; init; } = StepMaker.Automatic;

    [Setting("first rate of adam, rmsprop or sgd, which falls to a sixth [0.01]", ExclusiveMinimum = 0, Maximum = 1)]
    public double? LearningRate { get; init; }

    [Setting("rows of a minibatch [all rows]", Minimum = 1, Unit = "rows")]
    public int? BatchSize { get; init; }

    [Setting("with minibatches: most epochs, each of which reads every row once [as maxIterations says]", Minimum = 1)]
    public int? Epochs { get; init; }

    [Setting(
        "with the optimizer lbfgs: whether standard deviations corrected by linear response are shown next to those of q"
    )]
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
            Remedies = new Dictionary<RemedyCode, string>
            {
                [RemedyCode.MoreSteps] = "maxIterations",
                [RemedyCode.MoreFixedDraws] = "draws",
                [RemedyCode.LowerTolerance] = "accuracy",
                [RemedyCode.RicherFamily] = "family",
                [RemedyCode.HigherRank] = "rank",
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
