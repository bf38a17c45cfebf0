namespace Vi.Results;

/// <summary>Several results and their comparison: the content of <c>result.json</c> where an experiment lists algorithms.</summary>
public sealed record ComparedRuns : IStoredRun
{
    /// <summary>Version of this file's layout.</summary>
    public int SchemaVersion { get; init; } = ResultJson.SchemaVersion;

    /// <summary>Name of the run, also its folder below the output folder.</summary>
    public required string Name { get; init; }

    /// <summary>One line or two that the experiment file says about itself.</summary>
    public string? Description { get; init; }

    /// <summary>The gravest status of the results.</summary>
    public RunStatus Status => Results.Max(result => result.Status);

    /// <summary>Seed of the random stream that every result was made from.</summary>
    public ulong Seed => Results[0].Seed;

    /// <summary>When the run started, in universal time.</summary>
    public DateTimeOffset StartedAt => Results[0].StartedAt;

    /// <summary>The results, one for each algorithm.</summary>
    public required IReadOnlyList<RunResult> Results { get; init; }

    /// <summary>How they compare.</summary>
    public required ComparisonRecord Comparison { get; init; }

    /// <summary>The effective configuration of the whole experiment; empty where the results come from separate runs.</summary>
    public JsonObject Configuration { get; init; } = [];
}

/// <summary>How results compare. All of it is computed from the results.</summary>
public sealed record ComparisonRecord
{
    /// <summary>Label of the result that the others are held against; null where no result has an answer.</summary>
    public string? Reference { get; init; }

    /// <summary>Why this one, in a sentence.</summary>
    public required string ReferenceReason { get; init; }

    /// <summary>What to use, in a sentence, by rules from verdicts, distances and times.</summary>
    public required string Recommendation { get; init; }

    /// <summary>Label of what is recommended; null where nothing is.</summary>
    public string? Recommended { get; init; }

    /// <summary>The figures behind the recommendation, a sentence for each result.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The results in order, with their distance from the reference over all entries that both have.</summary>
    public required IReadOnlyList<ComparedFit> Fits { get; init; }

    /// <summary>Distances of draws from the reference's; null where the reference has no draws, or no other fit has.</summary>
    public DrawDistances? Draws { get; init; }

    /// <summary>What makes the comparison doubtful, such as other data.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}

/// <summary>One of the results that are compared.</summary>
/// <param name="Label">Its label, unlike those of the others.</param>
/// <param name="BelowBest">Nats by which its bound lies below the highest; null where it has none.</param>
/// <param name="Distance">Distance from the reference over all entries; null for the reference, and where they share none.</param>
/// <param name="Parameters">The same for each parameter that both have in the same shape.</param>
public sealed record ComparedFit(
    string Label,
    double? BelowBest,
    PosteriorDistance? Distance,
    IReadOnlyDictionary<string, PosteriorDistance> Parameters
)
{
    /// <summary>
    /// Distance of the entries that have a standard deviation by linear response, with that in place of their own; null where none has.
    /// </summary>
    public PosteriorDistance? LinearResponse { get; init; }

    /// <summary>The same for each parameter.</summary>
    public IReadOnlyDictionary<string, PosteriorDistance> LinearResponseParameters { get; init; } =
        new Dictionary<string, PosteriorDistance>(StringComparer.Ordinal);
}

/// <summary>Distances of the fits' draws from the reference's.</summary>
/// <param name="Entries">Number of entries compared.</param>
/// <param name="MostDraws">Draws of a fit that whole distributions are compared by, at most.</param>
/// <param name="Directions">Directions that sliced distances average over.</param>
/// <param name="Noise">Average distance of two halves of the reference's own draws, in its standard deviations.</param>
/// <param name="Fits">The fits with draws, the reference left out.</param>
public sealed record DrawDistances(
    int Entries,
    int MostDraws,
    int Directions,
    double Noise,
    IReadOnlyList<DrawDistance> Fits
);

/// <summary>How far a fit's draws are from the reference's; 1-Wasserstein distances are in the reference's standard deviations.</summary>
/// <param name="Fit">Index of the fit.</param>
/// <param name="Average">Average distance of the entries' marginals.</param>
/// <param name="Largest">Largest of them.</param>
/// <param name="LargestAt">The entry that has it.</param>
/// <param name="Sliced">Sliced distance of the whole distributions; not a number where there are too many entries.</param>
/// <param name="Divergence">Symmetrised KL divergence, in nats, of the normals with the draws' moments; not a number likewise.</param>
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
/// <param name="Entries">Entries compared; those whose reference has no finite positive standard deviation are not.</param>
/// <param name="LargestShift">Greatest absolute shift.</param>
/// <param name="LargestShiftAt">The entry that has it, with indices from 1.</param>
/// <param name="TypicalShift">Root mean square of the shifts.</param>
/// <param name="SmallestRatio">Least ratio of standard deviations.</param>
/// <param name="SmallestRatioAt">The entry that has it.</param>
/// <param name="TypicalRatio">Geometric mean of the ratios.</param>
/// <param name="LargestRatio">Greatest ratio.</param>
/// <param name="LargestRatioAt">The entry that has it.</param>
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
