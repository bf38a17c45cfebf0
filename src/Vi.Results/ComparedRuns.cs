namespace Vi.Results;

/// <summary>Several results and their comparison: the content of <c>result.json</c> where an experiment lists algorithms.</summary>
public sealed record ComparedRuns : IStoredRun
{
    public int SchemaVersion { get; init; } = ResultJson.SchemaVersion;
    public required string Name { get; init; }
    public string? Description { get; init; }
    public RunStatus Status => Results.Max(result => result.Status);
    public ulong Seed => Results[0].Seed;
    public DateTimeOffset StartedAt => Results[0].StartedAt;
    public required IReadOnlyList<RunResult> Results { get; init; }
    public required ComparisonRecord Comparison { get; init; }
    public JsonObject Configuration { get; init; } = [];
}

/// <summary>How results compare. All of it is computed from the results.</summary>
public sealed record ComparisonRecord
{
    public string? Reference { get; init; }
    public required string ReferenceReason { get; init; }
    public required string Recommendation { get; init; }
    public string? Recommended { get; init; }
    public IReadOnlyList<string> Reasons { get; init; } = [];
    public required IReadOnlyList<ComparedFit> Fits { get; init; }
    public DrawDistances? Draws { get; init; }
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}

/// <summary>One of the results that are compared.</summary>
public sealed record ComparedFit(
    string Label,
    double? BelowBest,
    PosteriorDistance? Distance,
    IReadOnlyDictionary<string, PosteriorDistance> Parameters
)
{
    public PosteriorDistance? LinearResponse { get; init; }
    public IReadOnlyDictionary<string, PosteriorDistance> LinearResponseParameters { get; init; } =
        new Dictionary<string, PosteriorDistance>(StringComparer.Ordinal);
}

/// <summary>Distances of the fits' draws from the reference's.</summary>
public sealed record DrawDistances(
    int Entries,
    int MostDraws,
    int Directions,
    double Noise,
    IReadOnlyList<DrawDistance> Fits
);

/// <summary>How far a fit's draws are from the reference's; 1-Wasserstein distances are in the reference's standard deviations.</summary>
public sealed record DrawDistance(
    int Fit,
    double Average,
    double Largest,
    string LargestAt,
    double Sliced,
    double Divergence
);

/// <summary>
/// Distance of a posterior from the reference. The shift of an entry is the difference of its means in standard deviations of the
/// reference, its ratio the standard deviation over the reference's.
/// </summary>
public sealed record PosteriorDistance(
    int Entries,
    double LargestShift,
    string LargestShiftAt,
    double TypicalShift,
    double SmallestRatio,
    string SmallestRatioAt,
    double TypicalRatio,
    double LargestRatio,
    string LargestRatioAt
);
