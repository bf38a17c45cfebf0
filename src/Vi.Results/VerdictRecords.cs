namespace Vi.Results;

/// <summary>Verdicts of fits next to their true errors: what <c>vilab verify --verdicts</c> found.</summary>
public sealed record VerdictStudyRecord
{
    public int DataSets { get; init; }
    public int Missing { get; init; }
    public double FitSeconds { get; init; }
    public required VerdictCountRecord All { get; init; }
    public IReadOnlyList<VerdictCountRecord> Models { get; init; } = [];
    public IReadOnlyList<VerdictCountRecord> Algorithms { get; init; } = [];
    public IReadOnlyList<VerdictCountRecord> Kinds { get; init; } = [];
    public IReadOnlyList<VerdictRecord> Notable { get; init; } = [];
}

/// <summary>Verdicts next to true errors, counted.</summary>
public sealed record VerdictCountRecord
{
    public required string Name { get; init; }
    public required VerdictErrorsRecord Reliable { get; init; }
    public required VerdictErrorsRecord Usable { get; init; }
    public required VerdictErrorsRecord Unreliable { get; init; }
    public int WithoutReference { get; init; }
    public int Failed { get; init; }
    public required VerdictPromiseRecord ReliablesWrong { get; init; }
    public required VerdictPromiseRecord RightsReliable { get; init; }
}

/// <summary>How many fits of one level are right, in between, and wrong.</summary>
public sealed record VerdictErrorsRecord(int Right, int Between, int Wrong);

/// <summary>A promise about a share, with what was seen.</summary>
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
    public required string Kind { get; init; }
    public required string Model { get; init; }
    public required string Algorithm { get; init; }
    public int Number { get; init; }
    public ulong Seed { get; init; }
    public TrustLevel Level { get; init; }
    public IReadOnlyList<string> Failed { get; init; } = [];
    public double MeanError { get; init; }
    public required string MeanOf { get; init; }
    public double SdRatio { get; init; }
    public required string SdOf { get; init; }
    public int Compared { get; init; }
    public int LeftOut { get; init; }
    public double ReferenceRHat { get; init; }
    public string? Failure { get; init; }
}

/// <summary>The first line of a file of verdicts: whose they are.</summary>
/// <param name="SchemaVersion">Version of the file's layout.</param>
/// <param name="Kind">The kind of data set.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Seed">Seed of the study.</param>
/// <param name="Build">Build of the program that made them.</param>
public sealed record VerdictFileHead(int SchemaVersion, string Kind, string Algorithm, ulong Seed, string Build);
