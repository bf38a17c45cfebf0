namespace Vi.App.Algorithms;

/// <summary>
/// An algorithm as the application knows it. Its settings record holds it; adding an algorithm is adding that file and one line in
/// <see cref="AlgorithmCatalogue"/>. Configuration, schema, <c>vilab list</c>, <c>vilab describe</c>, progress and reports read it.
/// </summary>
/// <param name="Name">The name in experiment files, e.g. <c>cavi</c>.</param>
/// <param name="Summary">What it does, in a few words without a full stop.</param>
/// <param name="SettingsType">The record of its settings, derived from <see cref="AlgorithmSettings"/>.</param>
/// <param name="Iteration">The word for one of its iterations, e.g. <c>sweep</c>.</param>
internal sealed record Algorithm(string Name, string Summary, Provision Needs, Type SettingsType, string Iteration)
{
    /// <summary>Whether its objective is a lower bound of the evidence; otherwise it is a mean log density.</summary>
    public bool HasBound { get; init; } = true;

    public Exactness Exactness { get; init; } = Exactness.Approximate;

    /// <summary>Whether its bound ends within noise of an optimum, not at it.</summary>
    public bool IsStochastic { get; init; }

    /// <summary>Whether it reads each row once, in the order of the rows.</summary>
    public bool ReadsRowsOnce { get; init; }

    /// <summary>What takes the place of restarts, e.g. <c>its independent starts are chains</c>; empty where it has restarts, or nothing.</summary>
    public string InsteadOfRestarts { get; init; } = "";

    /// <summary>How it approximates the posterior, in a sentence; empty where the model's own factorisation says it.</summary>
    public string Approximation { get; init; } = "";

    /// <summary>Paths below <c>inference</c> of the settings that a remedy changes.</summary>
    public required IReadOnlyDictionary<string, string> Remedies { get; init; }

    /// <summary>Why it lacks a setting that another algorithm has, and what to do instead; null where there is nothing to add.</summary>
    public string? WhyWithout(string setting) =>
        setting != "restarts" ? null
        : InsteadOfRestarts.Length == 0 ? $"{Name} makes one run; remove this key"
        : $"{Name} makes one run; remove this key, {InsteadOfRestarts}";
}

/// <summary>What a model provides and an algorithm needs.</summary>
[Flags]
internal enum Provision
{
    None = 0,

    /// <summary>A conjugate description whose updates have a closed form.</summary>
    Sweeps = 1,

    /// <summary>A density in closed form that a normal distribution approximates.</summary>
    ClosedDensity = 2,

    /// <summary>Sufficient statistics of any batch of rows, scaled to all rows.</summary>
    RowStatistics = 4,

    /// <summary>A posterior that takes in rows as they arrive.</summary>
    Stream = 8,

    /// <summary>The log density of a program and its gradient.</summary>
    LogDensity = 16,

    /// <summary>Draws from the complete conditional distribution of each factor.</summary>
    Conditionals = 32,
}
