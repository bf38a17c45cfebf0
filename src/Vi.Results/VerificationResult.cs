namespace Vi.Results;

/// <summary>
/// What a check of the law catalogue leaves behind: the content of <c>verify.json</c>, and all that its page is made from.
/// </summary>
public sealed record VerificationResult
{
    public int SchemaVersion { get; init; } = 1;
    public VerificationStatus Status { get; init; }
    public IReadOnlyList<string> Filters { get; init; } = [];
    public int? CasesPerLaw { get; init; }
    public ulong Seed { get; init; }
    public int NotChecked { get; init; }
    public IReadOnlyList<CheckedLaw> Laws { get; init; } = [];
    public IReadOnlyList<CheckedSpecimen> Specimens { get; init; } = [];
    public IReadOnlyList<CalibrationRecord> Calibrations { get; init; } = [];
    public VerdictStudyRecord? Verdicts { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public double Seconds { get; init; }
    public int Threads { get; init; }
    public IReadOnlyDictionary<string, string> Versions { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>What came of a check.</summary>
public enum VerificationStatus
{
    Passed,
    Broken,
    Cancelled,
}

/// <summary>A law and what checking it gave.</summary>
public sealed record CheckedLaw
{
    public required string Name { get; init; }
    public required string Statement { get; init; }
    public required string Formula { get; init; }
    public required string Source { get; init; }
    public required IReadOnlyList<string> Covers { get; init; }

    /// <summary>Where the law is shown: the first of what it covers.</summary>
    [JsonIgnore]
    public string Chapter => Covers.Count > 0 ? Covers[0] : "";
    public int Cases { get; init; }
    public double WorstSlack { get; init; }
    public required string WorstQuantity { get; init; }
    public double Seconds { get; init; }
    public CounterexampleRecord? Counterexample { get; init; }
}

/// <summary>A known-wrong variant and whether its law rejected it.</summary>
public sealed record CheckedSpecimen
{
    public required string Name { get; init; }
    public required string SeenIn { get; init; }
    public required string Wrong { get; init; }
    public required string RejectedBy { get; init; }
    public int Cases { get; init; }
    public double Seconds { get; init; }
    public CounterexampleRecord? Counterexample { get; init; }
}

/// <summary>Simulation-based calibration of a method on a model.</summary>
public sealed record CalibrationRecord
{
    public required string Model { get; init; }
    public required string Method { get; init; }
    public string? KnownTooNarrow { get; init; }
    public int SeenFrom { get; init; }
    public double? Within { get; init; }
    public string? NearlyBecause { get; init; }
    public int Draws { get; init; }
    public int Target { get; init; }
    public double Seconds { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Ranks { get; init; } =
        new Dictionary<string, IReadOnlyList<int>>(StringComparer.Ordinal);
    public IReadOnlyList<RankRecord> Judged { get; init; } = [];

    /// <summary>Replicates done.</summary>
    [JsonIgnore]
    public int Done => Ranks.Count == 0 ? 0 : Ranks.Values.First().Count;
}

/// <summary>What the ranks of one parameter show.</summary>
public sealed record RankRecord
{
    public required string Name { get; init; }
    public required IReadOnlyList<int> Counts { get; init; }
    public int LeastCount { get; init; }
    public int LargestCount { get; init; }
    public required IReadOnlyList<double> Grid { get; init; }
    public required IReadOnlyList<double> Difference { get; init; }
    public required IReadOnlyList<double> Lower { get; init; }
    public required IReadOnlyList<double> Upper { get; init; }
    public bool Uniform { get; init; }
    public double PValue { get; init; }
    public bool TooNarrow { get; init; }
    public bool Near { get; init; }
    public required IReadOnlyList<CoverageRecord> Coverage { get; init; }
}

/// <summary>How often a central interval held the true value.</summary>
public sealed record CoverageRecord(double Nominal, double Observed, double Lower, double Upper);

/// <summary>A case that breaks a law, shrunk.</summary>
public sealed record CounterexampleRecord(
    string Case,
    string Quantity,
    double Error,
    double Allowed,
    int At,
    int Shrinks
);
