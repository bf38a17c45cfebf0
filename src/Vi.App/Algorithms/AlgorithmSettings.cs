namespace Vi.App.Algorithms;

/// <summary>The experiment's <c>inference</c> object: settings that every algorithm has. The algorithm itself follows from the record's type.</summary>
internal abstract record AlgorithmSettings
{
    [JsonPropertyOrder(-3)]
    public string? Label { get; init; }

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
    [JsonPropertyOrder(-1)]
    public double Tolerance { get; init; } = 1e-9;

    [JsonPropertyOrder(-1)]
    public int? Restarts { get; init; }

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
    private protected static IReadOnlyDictionary<string, string> RemediesOfSweeps(string budget = "maxIterations") =>
        new Dictionary<string, string>
        {
            ["more-steps"] = budget,
            ["lower-tolerance"] = "tolerance",
            ["more-restarts"] = "restarts",
            ["check-posterior"] = "check",
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
