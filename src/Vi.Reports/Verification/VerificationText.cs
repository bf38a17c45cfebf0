namespace Vi.Reports.Verification;

internal static class VerificationText
{
    /// <summary>The outcome as a sentence with its figures.</summary>
    public static string Sentence(VerificationResult result)
    {
        if (result.Verdicts is { } verdicts)
        {
            return $"{StudyText.Sentence(verdicts)} It took {Numbers.Duration(result.Seconds)}.";
        }

        string[] parts = [Laws(result), Specimens(result)];
        var checks = string.Join(", and ", parts.Where(part => part.Length > 0));
        var judged = result
            .Calibrations.Where(record => CalibrationText.IsTelling(record) || !CalibrationText.IsAsExpected(record))
            .ToList();
        var calibrated = judged.Count(CalibrationText.IsAsExpected);
        var silent = result.Calibrations.Count - judged.Count;
        var calibrations =
            result.Calibrations.Count == 0
                ? ""
                : $" {calibrated} of {Numbers.Counted(judged.Count, "calibration")} matched expectations{(silent > 0 ? $", and {silent} more had too few replicates to judge" : "")}.";
        var stopped =
            result.Status != VerificationStatus.Cancelled ? ""
            : result.NotChecked > 0 ? $" Stopped by request: {result.NotChecked} not checked; --resume continues."
            : " Stopped by request within the calibration; --resume continues.";
        return $"{char.ToUpperInvariant(checks[0])}{checks[1..]}.{calibrations}{stopped} It took {Numbers.Duration(result.Seconds)}.";
    }

    /// <summary>The command that checks a law again on the same cases.</summary>
    public static string CommandFor(VerificationResult result, CheckedLaw law)
    {
        var cases = result.CasesPerLaw is { } number ? $" --cases {number}" : "";
        return $"vilab verify \"{law.Name}\"{cases} --seed {result.Seed}";
    }

    /// <summary>Nothing where specimens alone were chosen.</summary>
    private static string Laws(VerificationResult result)
    {
        var broken = result.Laws.Count(law => law.Counterexample is not null);
        var cases = result.Laws.Sum(law => (long)law.Cases);
        return result.Laws.Count == 0 && result.Specimens.Count > 0 ? ""
            : broken == 0
                ? $"{Numbers.Counted(result.Laws.Count, "law")} {(result.Laws.Count == 1 ? "holds" : "hold")} on {Numbers.Counted(cases, "generated case")}"
            : $"{broken} of {Numbers.Counted(result.Laws.Count, "law")} broke";
    }

    private static string Specimens(VerificationResult result)
    {
        var passing = result.Specimens.Count(specimen => specimen.Counterexample is null);
        return result.Specimens.Count == 0 ? ""
            : passing == 0
                ? $"{(result.Specimens.Count == 1 ? "the known-wrong specimen is" : $"all {result.Specimens.Count} known-wrong specimens are")} rejected"
            : $"{passing} of {Numbers.Counted(result.Specimens.Count, "known-wrong specimen")} passed";
    }
}
