namespace Vi.App.Algorithms;

/// <summary>The experiment's <c>inference</c> object: settings that every algorithm has. The algorithm itself follows from the record's type.</summary>
internal abstract record AlgorithmSettings
{
    [Setting("what comparisons call this fit [the algorithm, and the settings that distinguish it]")]
    [JsonPropertyOrder(-3)]
    public string? Label { get; init; }

    [Setting("seconds between two checkpoints; 0 writes one after every iteration", Minimum = 0, Unit = "seconds")]
    [JsonPropertyOrder(1)]
    public double CheckpointSeconds { get; init; } = 30;

    public Algorithm Algorithm => AlgorithmCatalogue.Of(this);

    /// <summary>Independent starts that the driver sees one after the other.</summary>
    public virtual int Starts => 1;

    /// <summary>Settings that contradict each other, by key.</summary>
    public virtual IEnumerable<Problem> Problems() => [];
}

/// <summary>Settings of an algorithm that updates factors in sweeps: budget, tolerance and restarts.</summary>
internal abstract record SweepSettings : AlgorithmSettings
{
    [Setting("gain below which the fit has converged; 0 uses the whole budget", Minimum = 0, Unit = "nats per sweep")]
    [JsonPropertyOrder(-1)]
    public double Tolerance { get; init; } = 1e-9;

    [Setting(
        "independent starts, of which the best bound is kept [5 where the answer depends on the start, otherwise 1]",
        Minimum = 1,
        Unit = "starts"
    )]
    [JsonPropertyOrder(-1)]
    public int? Restarts { get; init; }

    [Setting(
        "check of the fit against its posterior by Gibbs sweeps, after it: none; fast, for about as long as the fit or a second; full, ten times as "
            + "long, with chains from dispersed starts"
    )]
    [JsonPropertyOrder(-1)]
    public CheckName Check { get; init; } = CheckName.Fast;

    public abstract int Budget { get; }

    public override int Starts => Restarts ?? 1;

    /// <summary>The same for the core.</summary>
    public virtual FitOptions ToOptions(ulong seed, int threads) =>
        new()
        {
            MaxIterations = Budget,
            Tolerance = Tolerance,
            Restarts = Starts,
            Seed = seed,
            Threads = threads,
        };

    /// <summary>The settings that remedies change; the one of the budget has a name of its own in some algorithms.</summary>
    private protected static IReadOnlyDictionary<RemedyCode, string> RemediesOfSweeps(
        string budget = "maxIterations"
    ) =>
        new Dictionary<RemedyCode, string>
        {
            [RemedyCode.MoreSteps] = budget,
            [RemedyCode.LowerTolerance] = "tolerance",
            [RemedyCode.MoreRestarts] = "restarts",
            [RemedyCode.CheckPosterior] = "check",
        };
}

/// <summary>Settings of an algorithm that needs no more than a log density.</summary>
internal abstract record DensitySettings : AlgorithmSettings
{
    /// <summary>The same for the core; what is null here is left to the algorithm.</summary>
    public abstract Inference ToInference();

    /// <summary>The setting that an option of the core comes from.</summary>
    public static string SettingOf(string name) =>
        name switch
        {
            nameof(AdviInference.BatchRows) => "batchSize",
            nameof(AdviInference.MaxSteps) => "maxIterations",
            nameof(NutsInference.WarmUp) => "warmup",
            _ => JsonNamingPolicy.CamelCase.ConvertName(name),
        };
}

internal enum CheckName
{
    None,
    Fast,
    Full,
}
