using System.Globalization;
using Vi.App.Results;
using Vi.Verification;
using Calibration = Vi.Verification.FSharp.Calibration;
using Ranks = Vi.Verification.FSharp.Ranks;

namespace Vi.App.Verifying;

/// <summary>What calibrations found.</summary>
public static class CalibrationText
{
    /// <summary>Ranks of each parameter against the uniform law.</summary>
    public static IReadOnlyList<RankSummary> Summaries(CalibrationRecord record) =>
        [.. record.Ranks.Values.Select(ranks => Ranks.summary(record.Draws, Calibration.confidence, [.. ranks]))];

    /// <summary>
    /// Whether the ranks are what they must be: uniform, or visibly too narrow where that is known. What was stopped early is not held
    /// against a method that is known to be too narrow.
    /// </summary>
    public static bool IsAsExpected(CalibrationRecord record) =>
        record.KnownTooNarrow is null
            ? Summaries(record).All(summary => summary is { Uniform: true, TooNarrow: false })
            : record.Done < record.Target || Summaries(record).Any(summary => summary.TooNarrow);

    /// <summary>The finding in a few words.</summary>
    public static string Finding(CalibrationRecord record)
    {
        var summaries = Summaries(record);
        var isUniform = summaries.All(summary => summary.Uniform);
        var isNarrow = summaries.Any(summary => summary.TooNarrow);
        return (record.KnownTooNarrow is null, isUniform, isNarrow) switch
        {
            (true, true, false) => "calibrated",
            (true, _, true) => "NOT CALIBRATED: too narrow",
            (true, false, false) => "NOT CALIBRATED: ranks are not uniform",
            (false, _, true) => "too narrow, as is known",
            (false, _, false) => "known to be too narrow, which was not seen",
        };
    }

    /// <summary>Share of replicates whose central 90 % interval held the true value.</summary>
    public static string Coverage(CalibrationRecord record, IReadOnlyList<int> ranks) =>
        Ranks
            .coverage(record.Draws, [.. ranks])
            .First(coverage => coverage.Nominal == 0.9)
            .Observed.ToString("P1", CultureInfo.InvariantCulture);

    /// <summary>
    /// Probability that uniform ranks are as uneven as a parameter's; below 0.001 they are not called uniform.
    /// </summary>
    public static string PValue(RankSummary summary) =>
        summary.PValue < 0.001 ? "< 0.001" : summary.PValue.ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>The same check with its status: cancelled where something is missing, broken where something is not as it must be.</summary>
    public static VerificationResult Judged(this VerificationResult result)
    {
        var isStopped = result.NotChecked > 0 || result.Calibrations.Any(record => record.Done < record.Target);
        var isBroken =
            result.Laws.Any(law => law.Counterexample is not null)
            || result.Specimens.Any(specimen => specimen.Counterexample is null)
            || !result.Calibrations.All(IsAsExpected);
        return result with
        {
            Status =
                isStopped ? "cancelled"
                : isBroken ? "broken"
                : "passed",
        };
    }
}
