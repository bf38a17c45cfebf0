using Vi.Reports.Verification;
using Calibration = Vi.Verification.FSharp.Calibration;
using Ranks = Vi.Verification.FSharp.Ranks;

namespace Vi.App.Verifying;

/// <summary>Judges the ranks of calibrations, and with them a check.</summary>
internal static class CalibrationJudge
{
    /// <summary>The record with what its ranks show.</summary>
    public static CalibrationRecord Judged(this CalibrationRecord record) =>
        record with
        {
            Judged = [.. record.Ranks.Select(p => Judged(record, p.Key, [.. p.Value]))],
        };

    /// <summary>The same check with its status: cancelled where something is missing, broken where something is not as it must be.</summary>
    public static VerificationResult Judged(this VerificationResult result)
    {
        var isStopped =
            result.NotChecked > 0
            || result.Calibrations.Any(record => record.Done < record.Target)
            || result.Verdicts is { Missing: > 0 };
        var isBroken =
            result.Laws.Any(law => law.Counterexample is not null)
            || result.Specimens.Any(specimen => specimen.Counterexample is null)
            || !result.Calibrations.All(CalibrationText.IsAsExpected)
            || StudyText.Broken(result.Verdicts).Any();
        return result with
        {
            Status =
                isStopped ? VerificationStatus.Cancelled
                : isBroken ? VerificationStatus.Broken
                : VerificationStatus.Passed,
        };
    }

    private static RankRecord Judged(CalibrationRecord record, string name, int[] ranks)
    {
        var summary = Ranks.summary(record.Draws, Calibration.confidence, ranks);
        var (least, largest) = summary.CountBand;
        return new RankRecord
        {
            Name = name,
            Counts = summary.Counts,
            LeastCount = least,
            LargestCount = largest,
            Grid = summary.Grid,
            Difference = summary.Difference,
            Lower = summary.Lower,
            Upper = summary.Upper,
            Uniform = summary.Uniform,
            PValue = summary.PValue,
            TooNarrow = summary.TooNarrow,
            Near = record.Within is not { } within || Ranks.isNear(Calibration.confidence, within, summary),
            Coverage =
            [
                .. Ranks
                    .coverage(record.Draws, ranks)
                    .Select(coverage => new CoverageRecord(
                        coverage.Nominal,
                        coverage.Observed,
                        coverage.Lower,
                        coverage.Upper
                    )),
            ],
        };
    }
}
