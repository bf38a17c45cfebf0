namespace Vi.App.Algorithms;

internal sealed record SviSettings : SweepSettings
{
    [Setting("rows of a minibatch", Minimum = 1, Unit = "rows")]
    public int BatchSize { get; init; } = 1024;

    [Setting("most epochs; each reads every row once", Minimum = 1, Unit = "epochs")]
    [JsonPropertyOrder(-2)]
    public int Epochs { get; init; } = 20;

    [Setting(
        "the step of minibatch t: robbins-monro is (t + delay)^-decay, constant is learningRate, adaptive is the gradient's signal over its noise"
    )]
    public StepSchedule Schedule { get; init; } = StepSchedule.RobbinsMonro;

    [Setting("the step of the constant schedule", ExclusiveMinimum = 0, Maximum = 1)]
    public double LearningRate { get; init; } = 0.1;

    [Setting("delay of the robbins-monro schedule", Minimum = 0)]
    public double Delay { get; init; } = 1;

    [Setting("decay of the robbins-monro schedule", ExclusiveMinimum = 0.5, Maximum = 1)]
    public double Decay { get; init; } = 0.55;

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

    public static Algorithm Descriptor { get; } =
        new(
            "svi",
            "stochastic variational inference: natural-gradient steps on minibatches",
            Provision.Sweeps | Provision.RowStatistics,
            typeof(SviSettings),
            "epoch"
        )
        {
            IsStochastic = true,
            Remedies = RemediesOfSweeps("epochs"),
        };
}

internal enum StepSchedule
{
    /// <summary>(t + delay)^-decay.</summary>
    RobbinsMonro,

    Constant,

    /// <summary>Signal over noise of the natural gradient.</summary>
    Adaptive,
}
