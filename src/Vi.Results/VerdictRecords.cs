namespace Vi.Results;

/// <summary>Verdicts of fits next to their true errors: what <c>vilab verify --verdicts</c> found.</summary>
public sealed record VerdictStudyRecord
{
    /// <summary>Data sets of each kind that were asked for.</summary>
    public int DataSets { get; init; }

    /// <summary>Fits that were not made, because somebody stopped the program.</summary>
    public int Missing { get; init; }

    /// <summary>Wall time of all threads that the fits and their references took, in this and earlier runs of the study.</summary>
    public double FitSeconds { get; init; }

    /// <summary>All fits.</summary>
    public required VerdictCountRecord All { get; init; }

    /// <summary>Fits by model.</summary>
    public IReadOnlyList<VerdictCountRecord> Models { get; init; } = [];

    /// <summary>Fits by algorithm.</summary>
    public IReadOnlyList<VerdictCountRecord> Algorithms { get; init; } = [];

    /// <summary>Fits by kind of data set and algorithm.</summary>
    public IReadOnlyList<VerdictCountRecord> Kinds { get; init; } = [];

    /// <summary>Fits called reliable that are wrong, and fits that failed.</summary>
    public IReadOnlyList<VerdictRecord> Notable { get; init; } = [];
}

/// <summary>Verdicts next to true errors, counted.</summary>
public sealed record VerdictCountRecord
{
    /// <summary>What the fits have in common.</summary>
    public required string Name { get; init; }

    /// <summary>Fits called reliable.</summary>
    public required VerdictErrorsRecord Reliable { get; init; }

    /// <summary>Fits to be used with care.</summary>
    public required VerdictErrorsRecord Usable { get; init; }

    /// <summary>Fits called unreliable.</summary>
    public required VerdictErrorsRecord Unreliable { get; init; }

    /// <summary>Fits whose posterior is not known: the long chains do not agree.</summary>
    public int WithoutReference { get; init; }

    /// <summary>Fits that ended in an error.</summary>
    public int Failed { get; init; }

    /// <summary>Fits called reliable that are wrong, among those called reliable.</summary>
    public required VerdictPromiseRecord ReliablesWrong { get; init; }

    /// <summary>Fits that are right and called reliable, among those that are right.</summary>
    public required VerdictPromiseRecord RightsReliable { get; init; }
}

/// <summary>How many fits of one level are right, in between, and wrong.</summary>
/// <param name="Right">All means within 0.1 standard deviations, all standard deviations within 10 %.</param>
/// <param name="Between">Neither right nor wrong.</param>
/// <param name="Wrong">A mean off by more than 0.5 standard deviations, or a standard deviation by more than 30 %.</param>
public sealed record VerdictErrorsRecord(int Right, int Between, int Wrong);

/// <summary>A promise about a share, with what was seen.</summary>
/// <param name="Among">Fits that it speaks of.</param>
/// <param name="Count">Those among them that are as it says.</param>
/// <param name="Promised">The share that is promised.</param>
/// <param name="Lower">Lower end of the exact 95 % interval of the true share.</param>
/// <param name="Upper">Its upper end.</param>
/// <param name="PValue">Probability of a count as far on the wrong side, or further, where the share is as promised.</param>
/// <param name="Holds">Whether chance explains what was seen.</param>
public sealed record VerdictPromiseRecord(
    int Among,
    int Count,
    double Promised,
    double Lower,
    double Upper,
    double PValue,
    bool Holds
);

/// <summary>A fit's verdict next to its true error.</summary>
public sealed record VerdictRecord
{
    /// <summary>The kind of data set.</summary>
    public required string Kind { get; init; }

    /// <summary>The model's type, or what takes its place.</summary>
    public required string Model { get; init; }

    /// <summary>The algorithm.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Number of the data set, from 0.</summary>
    public int Number { get; init; }

    /// <summary>Its seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>What the fit says of itself.</summary>
    public TrustLevel Level { get; init; }

    /// <summary>Checks that do not let it be reliable.</summary>
    public IReadOnlyList<string> Failed { get; init; } = [];

    /// <summary>Largest distance of a mean from the posterior's, in posterior standard deviations.</summary>
    public double MeanError { get; init; }

    /// <summary>The number that has it.</summary>
    public required string MeanOf { get; init; }

    /// <summary>The factor between a standard deviation and the posterior's that is furthest from 1.</summary>
    public double SdRatio { get; init; }

    /// <summary>The number that has it.</summary>
    public required string SdOf { get; init; }

    /// <summary>Numbers that were compared.</summary>
    public int Compared { get; init; }

    /// <summary>Numbers whose posterior moments the reference does not tell.</summary>
    public int LeftOut { get; init; }

    /// <summary>Largest R-hat of the reference.</summary>
    public double ReferenceRHat { get; init; }

    /// <summary>What stopped the fit; null where nothing did.</summary>
    public string? Failure { get; init; }
}

/// <summary>The first line of a file of verdicts: whose they are.</summary>
/// <param name="SchemaVersion">Version of the file's layout.</param>
/// <param name="Kind">The kind of data set.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Seed">Seed of the study.</param>
/// <param name="Build">Build of the program that made them.</param>
public sealed record VerdictFileHead(int SchemaVersion, string Kind, string Algorithm, ulong Seed, string Build);
