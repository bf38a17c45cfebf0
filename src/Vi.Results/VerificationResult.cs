namespace Vi.Results;

/// <summary>
/// What a check of the law catalogue leaves behind: the content of <c>verify.json</c>, and all that its page is made from.
/// </summary>
public sealed record VerificationResult
{
    /// <summary>Version of this file's layout; raised when a reader of the old layout would misread the new one.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>What came of the whole check.</summary>
    public VerificationStatus Status { get; init; }

    /// <summary>What laws were chosen by; empty where all were.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <summary>Cases a law, where somebody asked for a number; null where each law tried its own.</summary>
    public int? CasesPerLaw { get; init; }

    /// <summary>Seed of every law.</summary>
    public ulong Seed { get; init; }

    /// <summary>Laws and specimens that were chosen and not checked, because somebody stopped the program.</summary>
    public int NotChecked { get; init; }

    /// <summary>The laws checked, in the catalogue's order.</summary>
    public IReadOnlyList<CheckedLaw> Laws { get; init; } = [];

    /// <summary>The specimens checked, in the catalogue's order.</summary>
    public IReadOnlyList<CheckedSpecimen> Specimens { get; init; } = [];

    /// <summary>Methods on models, calibrated by simulation; empty where that was not asked for.</summary>
    public IReadOnlyList<CalibrationRecord> Calibrations { get; init; } = [];

    /// <summary>Verdicts of fits next to their true errors; null where that was not asked for.</summary>
    public VerdictStudyRecord? Verdicts { get; init; }

    /// <summary>When the check began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Wall time of the whole check.</summary>
    public double Seconds { get; init; }

    /// <summary>Worker threads.</summary>
    public int Threads { get; init; }

    /// <summary>Versions by name.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>What came of a check.</summary>
public enum VerificationStatus
{
    /// <summary>Everything was as it must be.</summary>
    Passed,

    /// <summary>Something was not as it must be.</summary>
    Broken,

    /// <summary>Somebody stopped it, so something is missing.</summary>
    Cancelled,
}

/// <summary>A law and what checking it gave.</summary>
public sealed record CheckedLaw
{
    /// <summary>Unique name.</summary>
    public required string Name { get; init; }

    /// <summary>The law in words.</summary>
    public required string Statement { get; init; }

    /// <summary>The law in LaTeX; may be empty.</summary>
    public required string Formula { get; init; }

    /// <summary>Where it comes from.</summary>
    public required string Source { get; init; }

    /// <summary>The model types, families and engines it speaks for; the first is the chapter in which it is shown.</summary>
    public required IReadOnlyList<string> Covers { get; init; }

    /// <summary>Where the law is shown: the first of what it covers.</summary>
    [JsonIgnore]
    public string Chapter => Covers.Count > 0 ? Covers[0] : "";

    /// <summary>Number of cases tried.</summary>
    public int Cases { get; init; }

    /// <summary>Largest error over its allowance among all comparisons: above 1 where the law broke.</summary>
    public double WorstSlack { get; init; }

    /// <summary>Which quantity came that close.</summary>
    public required string WorstQuantity { get; init; }

    /// <summary>Time that the check took on its thread.</summary>
    public double Seconds { get; init; }

    /// <summary>The case that breaks the law, where there is one.</summary>
    public CounterexampleRecord? Counterexample { get; init; }
}

/// <summary>A known-wrong variant and whether its law rejected it.</summary>
public sealed record CheckedSpecimen
{
    /// <summary>Unique name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it was seen.</summary>
    public required string SeenIn { get; init; }

    /// <summary>What is wrong about it.</summary>
    public required string Wrong { get; init; }

    /// <summary>Name of the law that must reject it.</summary>
    public required string RejectedBy { get; init; }

    /// <summary>Number of cases tried.</summary>
    public int Cases { get; init; }

    /// <summary>Time that the check took on its thread.</summary>
    public double Seconds { get; init; }

    /// <summary>The case on which the law rejected it; null where the law let it pass.</summary>
    public CounterexampleRecord? Counterexample { get; init; }
}

/// <summary>Simulation-based calibration of a method on a model.</summary>
public sealed record CalibrationRecord
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>Why the method is known to be too narrow; null where its ranks must be uniform.</summary>
    public string? KnownTooNarrow { get; init; }

    /// <summary>Replicates from which on it must be seen that the method is too narrow.</summary>
    public int SeenFrom { get; init; }

    /// <summary>
    /// How far shares of ranks may be from the uniform distribution's, where the method is known to be right nearly; null where it must be exact.
    /// </summary>
    public double? Within { get; init; }

    /// <summary>Why that is known; null where it must be exact.</summary>
    public string? NearlyBecause { get; init; }

    /// <summary>Posterior draws L of a replicate; ranks are 0 to L.</summary>
    public int Draws { get; init; }

    /// <summary>Replicates asked for.</summary>
    public int Target { get; init; }

    /// <summary>Wall time so far.</summary>
    public double Seconds { get; init; }

    /// <summary>Ranks of the true values, replicate by replicate, by parameter.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Ranks { get; init; } =
        new Dictionary<string, IReadOnlyList<int>>(StringComparer.Ordinal);

    /// <summary>What the ranks of each parameter show, in the order of <see cref="Ranks"/>; empty before anybody has judged them.</summary>
    public IReadOnlyList<RankRecord> Judged { get; init; } = [];

    /// <summary>Replicates done.</summary>
    [JsonIgnore]
    public int Done => Ranks.Count == 0 ? 0 : Ranks.Values.First().Count;
}

/// <summary>What the ranks of one parameter show.</summary>
public sealed record RankRecord
{
    /// <summary>The parameter.</summary>
    public required string Name { get; init; }

    /// <summary>Counts of the ranks in bins of equal width.</summary>
    public required IReadOnlyList<int> Counts { get; init; }

    /// <summary>Least count that a bin has where ranks are uniform.</summary>
    public int LeastCount { get; init; }

    /// <summary>Largest count that a bin has where ranks are uniform.</summary>
    public int LargestCount { get; init; }

    /// <summary>Grid of ranks over draws at which distributions are compared.</summary>
    public required IReadOnlyList<double> Grid { get; init; }

    /// <summary>Share of ranks below each grid point, less the uniform distribution's.</summary>
    public required IReadOnlyList<double> Difference { get; init; }

    /// <summary>Lower end of the band in which the differences of uniform ranks stay.</summary>
    public required IReadOnlyList<double> Lower { get; init; }

    /// <summary>Upper end of that band.</summary>
    public required IReadOnlyList<double> Upper { get; init; }

    /// <summary>Whether all differences stay in the band.</summary>
    public bool Uniform { get; init; }

    /// <summary>Probability that uniform ranks leave a band as wide as these ranks do.</summary>
    public double PValue { get; init; }

    /// <summary>Whether significantly many ranks are at both ends: the posterior is too narrow.</summary>
    public bool TooNarrow { get; init; }

    /// <summary>Whether the ranks are as near the uniform distribution as <see cref="CalibrationRecord.Within"/> says.</summary>
    public bool Near { get; init; }

    /// <summary>How often central intervals held the true value.</summary>
    public required IReadOnlyList<CoverageRecord> Coverage { get; init; }
}

/// <summary>How often a central interval held the true value.</summary>
/// <param name="Nominal">Its nominal probability.</param>
/// <param name="Observed">Share of replicates.</param>
/// <param name="Lower">Lower end of the 95 % interval of the true probability.</param>
/// <param name="Upper">Its upper end.</param>
public sealed record CoverageRecord(double Nominal, double Observed, double Lower, double Upper);

/// <summary>A case that breaks a law, shrunk.</summary>
/// <param name="Case">The case, printed.</param>
/// <param name="Quantity">What was compared.</param>
/// <param name="Error">How far off it was.</param>
/// <param name="Allowed">How far off it might be.</param>
/// <param name="At">Number of the case that failed first, from 1.</param>
/// <param name="Shrinks">Steps of shrinking.</param>
public sealed record CounterexampleRecord(
    string Case,
    string Quantity,
    double Error,
    double Allowed,
    int At,
    int Shrinks
);
