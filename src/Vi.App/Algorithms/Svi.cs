namespace Vi.App.Algorithms;

internal sealed record SviSettings : SweepSettings
{
    public int BatchSize { get; init; } = 1024;

    [JsonPropertyOrder(-2)]
    public int Epochs { get; init; } = 20;

    public StepSchedule Schedule { get; init; } = StepSchedule.RobbinsMonro;
    public double LearningRate { get; init; } = 0.1;
    public double Delay { get; init; } = 1;
    public double Decay { get; init; } = 0.55;
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
