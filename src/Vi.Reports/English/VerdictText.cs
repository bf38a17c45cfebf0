namespace Vi.Reports.English;

/// <summary>A judgement in words.</summary>
internal static class VerdictText
{
    /// <summary>What decided the level, e.g. <c>not converged; 1 of 3 checks failed; 1 warning</c>.</summary>
    public static string Causes(RunResult result) => Causes(VerdictCauses.Of(result));

    /// <inheritdoc cref="Causes(RunResult)" />
    public static string Causes(VerdictCauses causes)
    {
        if (causes.Level is null)
        {
            return "the run ended before it had an answer";
        }

        var listed = string.Join("; ", List(causes));
        return listed.Length > 0 ? listed
            : causes.Checks == 1 ? "the only check passed"
            : $"all {Numbers.Count(causes.Checks)} checks passed";
    }

    private static IEnumerable<string> List(VerdictCauses causes)
    {
        if (causes.Status != RunStatus.Converged && !causes.UsesWholeBudget)
        {
            yield return causes.Status switch
            {
                RunStatus.BudgetSpent => "not converged",
                var status => CodeText.Of(status),
            };
        }

        if (causes.Checks == 0)
        {
            yield return "nothing could be checked";
        }
        else if (causes.Failed > 0)
        {
            yield return $"{Numbers.Count(causes.Failed)} of {Numbers.Counted(causes.Checks, "check")} failed";
        }

        if (causes.LeavesDoubt)
        {
            yield return "the checks do not cover the tails";
        }

        foreach (
            var (count, severity) in new[] { (causes.Errors, Severity.Error), (causes.Warnings, Severity.Warning) }
        )
        {
            if (count > 0)
            {
                yield return Numbers.Counted(count, CodeText.Of(severity));
            }
        }
    }
}
