namespace Vi.Reports.English;

/// <summary>A judgement in words.</summary>
internal static class VerdictText
{
    /// <summary>What decided the level, e.g. <c>not converged; 1 of 3 checks failed; 1 warning</c>.</summary>
    public static string Causes(RunResult result)
    {
        if (result.Verdict is not { } verdict)
        {
            return "the run ended before it had an answer";
        }

        var causes = string.Join("; ", List(result, verdict));
        return causes.Length > 0 ? causes
            : verdict.Checks.Count == 1 ? "the only check passed"
            : $"all {Numbers.Count(verdict.Checks.Count)} checks passed";
    }

    private static IEnumerable<string> List(RunResult result, Judgement verdict)
    {
        if (result.Status != RunStatus.Converged && !result.Method.UsesWholeBudget)
        {
            yield return result.Status switch
            {
                RunStatus.BudgetSpent => "not converged",
                var status => CodeText.Of(status),
            };
        }

        var failed = verdict.Checks.Count(check => !check.IsPassed);
        if (verdict.Checks.Count == 0)
        {
            yield return "nothing could be checked";
        }
        else if (failed > 0)
        {
            yield return $"{Numbers.Count(failed)} of {Numbers.Counted(verdict.Checks.Count, "check")} failed";
        }

        if (verdict.Checks.Any(check => check.IsPassed && check.Level != TrustLevel.Reliable))
        {
            yield return "the checks do not cover the tails";
        }

        foreach (var severity in (Severity[])[Severity.Error, Severity.Warning])
        {
            var count = result.Findings.Count(finding => finding.Severity == severity);
            if (count > 0)
            {
                yield return Numbers.Counted(count, CodeText.Of(severity));
            }
        }
    }
}
