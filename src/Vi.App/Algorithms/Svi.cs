namespace Vi.App.Algorithms;

/// <summary>Settings of <see cref="Svi"/>.</summary>
internal sealed record SviSettings : SweepSettings
{
    /// <summary>Rows of a minibatch.</summary>
    [Setting("rows of a minibatch", Minimum = 1, Unit = "rows")]
    public int BatchSize { get; init; } = 1024;

    /// <summary>Most epochs.</summary>
    [Setting("most epochs; each reads every row once", Minimum = 1, Unit = "epochs")]
    [JsonPropertyOrder(-2)]
    public int Epochs { get; init; } = 20;

    /// <summary>How the steps are chosen.</summary>
    [Setting(
        "the step of minibatch t: robbins-monro is (t + delay)^-decay, constant is learningRate, adaptive is the gradient's signal over its noise"
    )]
    public StepSchedule Schedule { get; init; } = StepSchedule.RobbinsMonro;

    /// <summary>The step of the constant schedule.</summary>
    [Setting("the step of the constant schedule", ExclusiveMinimum = 0, Maximum = 1)]
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Delay of the Robbins-Monro schedule.</summary>
    [Setting("delay of the robbins-monro schedule", Minimum = 0)]
    public double Delay { get; init; } = 1;

    /// <summary>Decay of the Robbins-Monro schedule.</summary>
    [Setting("decay of the robbins-monro schedule", ExclusiveMinimum = 0.5, Maximum = 1)]
    public double Decay { get; init; } = 0.55;

    /// <summary>Whether each epoch ends with a pass that computes the whole bound.</summary>
    [Setting("whether each epoch ends with one more pass over the rows that computes the whole bound")]
    public bool WholeBound { get; init; } = true;

    public override int Budget => Epochs;

    public override FitOptions ToOptions(ulong seed, int threads)
    {
        var options = base.ToOptions(seed, threads);
        options.Algorithm = FitAlgorithm.Stochastic;
        options.BatchRows = BatchSize;
        options.Epochs = Epochs;
        options.WholeBound = WholeBound;
        options.Rate = Schedule switch
        {
            StepSchedule.Constant => MinibatchStep.Constant(LearningRate),
            StepSchedule.Adaptive => MinibatchStep.Adaptive,
            _ => MinibatchStep.RobbinsMonro(Delay, Decay),
        };
        return options;
    }
}

/// <summary>How the steps of svi are chosen.</summary>
internal enum StepSchedule
{
    /// <summary>(t + delay)^-decay.</summary>
    RobbinsMonro,

    /// <summary>The same step always.</summary>
    Constant,

    /// <summary>Signal over noise of the natural gradient.</summary>
    Adaptive,
}

/// <summary>Stochastic variational inference.</summary>
internal sealed class Svi : IAlgorithm
{
    public string Name => "svi";

    public string Summary => "stochastic variational inference: natural-gradient steps on minibatches";

    public Provision Needs => Provision.Sweeps | Provision.RowStatistics;

    public Type SettingsType => typeof(SviSettings);

    public string Iteration => "epoch";

    public bool IsStochastic => true;

    public IReadOnlyDictionary<RemedyCode, string> Remedies { get; } =
        new Dictionary<RemedyCode, string>
        {
            [RemedyCode.MoreSteps] = "epochs",
            [RemedyCode.LowerTolerance] = "tolerance",
            [RemedyCode.MoreRestarts] = "restarts",
        };
}
