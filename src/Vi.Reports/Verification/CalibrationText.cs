namespace Vi.Reports.Verification;

/// <summary>What calibrations found.</summary>
internal static class CalibrationText
{
    /// <summary>Replicates below which ranks tell next to nothing: an interval of 90 % is then seen to within eight points at best.</summary>
    public const int Fewest = 50;

    /// <summary>Whether there are replicates enough for the finding that a record asks for.</summary>
    public static bool IsTelling(CalibrationRecord record) =>
        record.Done >= Fewest && (record.KnownTooNarrow is null || record.Done >= record.SeenFrom);

    /// <summary>
    /// Whether the ranks are what they must be: uniform, nearly so, or visibly too narrow where that is known and there are replicates
    /// enough to see it.
    /// </summary>
    public static bool IsAsExpected(CalibrationRecord record)
    {
        var summaries = record.Judged;
        return record switch
        {
            { KnownTooNarrow: not null } => record.Done < record.SeenFrom
                || summaries.Any(summary => summary.TooNarrow),
            { Within: not null } => summaries.All(summary => summary.Near),
            _ => summaries.All(IsUniform),
        };
    }

    public static string Finding(CalibrationRecord record)
    {
        var summaries = record.Judged;
        var isExpected = IsAsExpected(record);
        var isNarrow = summaries.Any(summary => summary.TooNarrow);
        return record switch
        {
            _ when isExpected && record.Done < Fewest => $"too few replicates to judge; at least {Fewest} are needed",
            { KnownTooNarrow: not null } => isNarrow ? "too narrow, as is known"
            : record.Done < record.SeenFrom ? $"known to be too narrow; detectable from {record.SeenFrom} replicates"
            : "expected overconfidence was not detected",
            { Within: { } within } when isExpected => summaries.All(IsUniform)
                ? "calibrated"
                : $"calibrated within {Points(within)}",
            { Within: { } within } => $"NOT CALIBRATED within {Points(within)}",
            _ when isExpected => "calibrated",
            _ => isNarrow ? "NOT CALIBRATED: too narrow" : "NOT CALIBRATED: ranks are not uniform",
        };
    }

    private static bool IsUniform(RankRecord summary) => summary is { Uniform: true, TooNarrow: false };

    private static string Points(double share) => $"{Numbers.Significant(100 * share)} points";

    /// <summary>Share of replicates whose central 90 % interval held the true value.</summary>
    public static string Coverage(RankRecord ranks) =>
        Numbers.Percent(ranks.Coverage.First(coverage => coverage.Nominal == 0.9).Observed);

    /// <summary>A probability that what is expected looks as uneven as what was seen.</summary>
    public static string PValue(double p) => p < 0.001 ? "< 0.001" : Numbers.Significant(p);
}
