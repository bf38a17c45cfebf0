using Vi.App.Configuration;

namespace Vi.App.Models;

/// <summary>The experiment's <c>inference</c> object.</summary>
public sealed partial record InferenceSettings
{
    /// <summary>Name of the algorithm; the model's first one where the file says nothing.</summary>
    [Setting("name of the algorithm [the model's first]")]
    public string? Algorithm { get; init; }

    /// <summary>What comparisons call this fit.</summary>
    [Setting(
        "what comparisons call this fit [the algorithm, with the settings in which it differs from others of that name]"
    )]
    public string? Label { get; init; }

    /// <summary>Most sweeps of a restart.</summary>
    [Setting(
        "cavi, reverse-kl, streaming: most sweeps of a restart [1000]; advi: steps of the optimiser [20000; with lbfgs 2000]; svgd: steps of the particles [2000]",
        Minimum = 1,
        Algorithms = ["cavi", "reverse-kl", "streaming", "advi", "svgd"]
    )]
    public int? MaxIterations { get; init; }

    /// <summary>Gain in nats per sweep below which the fit has converged; 0 runs exactly the maximum.</summary>
    [Setting(
        "cavi, reverse-kl, svi, streaming: gain below which the fit has converged; 0 runs the whole budget, also of advi and svgd",
        Minimum = 0,
        Unit = "nats per sweep",
        Algorithms = ["cavi", "reverse-kl", "svi", "streaming", "advi", "svgd"]
    )]
    public double Tolerance { get; init; } = 1e-9;

    /// <summary>Independent starts of which the best bound is kept; where missing, what <see cref="Starts"/> says.</summary>
    [Setting(
        "independent starts, of which the best bound is kept [5 where the answer depends on the start, otherwise 1]",
        Minimum = 1,
        Unit = "starts"
    )]
    public int? Restarts { get; init; }

    /// <summary>Rows of a minibatch, or rows that a stream takes in at a time.</summary>
    [Setting(
        "svi: rows of a minibatch [1024]; streaming: rows taken in at a time [1024]; advi: rows of a minibatch [all rows]",
        Minimum = 1,
        Unit = "rows",
        Algorithms = ["svi", "streaming", "advi"]
    )]
    public int? BatchSize { get; init; }

    /// <summary>Most epochs of svi.</summary>
    [Setting(
        "svi, and advi with minibatches: most epochs; every row is read once in each [svi: 20; advi: as maxIterations says]",
        Minimum = 1,
        Unit = "epochs",
        Algorithms = ["svi", "advi"]
    )]
    public int? Epochs { get; init; }

    /// <summary>How the steps of svi are chosen.</summary>
    [Setting(
        "svi: the step of minibatch t: robbins-monro, (t + delay)^-decay; constant, learningRate; adaptive, signal over noise of the gradient",
        Algorithms = ["svi"]
    )]
    public StepSchedule Schedule { get; init; } = StepSchedule.RobbinsMonro;

    /// <summary>The step of the constant schedule.</summary>
    [Setting(
        "svi: the step of the constant schedule [0.1]; advi and svgd with a named optimizer: its first rate, which falls to a sixth [0.01]",
        ExclusiveMinimum = 0,
        Maximum = 1,
        Algorithms = ["svi", "advi", "svgd"]
    )]
    public double? LearningRate { get; init; }

    /// <summary>Delay of the Robbins-Monro schedule.</summary>
    [Setting("svi: delay of the robbins-monro schedule", Minimum = 0, Algorithms = ["svi"])]
    public double Delay { get; init; } = 1;

    /// <summary>Decay of the Robbins-Monro schedule.</summary>
    [Setting(
        "svi: decay of the robbins-monro schedule, above 0.5",
        ExclusiveMinimum = 0.5,
        Maximum = 1,
        Algorithms = ["svi"]
    )]
    public double Decay { get; init; } = 0.55;

    /// <summary>Whether each epoch of svi ends with a pass that computes the whole bound.</summary>
    [Setting(
        "svi: whether each epoch ends with one more pass over the rows that computes the whole bound",
        Algorithms = ["svi"]
    )]
    public bool WholeBound { get; init; } = true;

    /// <summary>Share of what is known that a stream keeps.</summary>
    [Setting(
        "streaming: share of what is known that is kept when new rows arrive; 1 forgets nothing",
        ExclusiveMinimum = 0,
        Maximum = 1,
        Algorithms = ["streaming"]
    )]
    public double Memory { get; init; } = 1;

    /// <summary>Whether standard deviations by linear response are computed.</summary>
    [Setting(
        "cavi, and advi with the optimizer lbfgs: whether standard deviations by linear response are shown beside those of q"
    )]
    public bool LinearResponse { get; init; } = true;

    /// <summary>Seconds between two checkpoints.</summary>
    [Setting("seconds between two checkpoints; 0 writes one after every sweep", Minimum = 0, Unit = "seconds")]
    public double CheckpointSeconds { get; init; } = 30;

    /// <summary>Most sweeps or epochs of a restart.</summary>
    public int Budget => Algorithm == "svi" ? EpochsOfSvi : Sweeps;

    /// <summary>Most sweeps of a restart, the default filled in.</summary>
    public int Sweeps => MaxIterations ?? 1000;

    /// <summary>Most epochs of svi, the default filled in.</summary>
    public int EpochsOfSvi => Epochs ?? 20;

    /// <summary>Rows of a minibatch of svi or a portion of a stream, the default filled in.</summary>
    public int BatchRows => BatchSize ?? 1024;

    /// <summary>The setting that the budget comes from.</summary>
    public string BudgetName => Algorithm == "svi" ? "epochs" : "maxIterations";

    /// <summary>Independent starts, the default filled in.</summary>
    public int Starts => Restarts ?? 1;
}

/// <summary>How the steps of svi are chosen.</summary>
public enum StepSchedule
{
    /// <summary>(t + delay)^-decay.</summary>
    RobbinsMonro,

    /// <summary>The same step always.</summary>
    Constant,

    /// <summary>Signal over noise of the natural gradient.</summary>
    Adaptive,
}
