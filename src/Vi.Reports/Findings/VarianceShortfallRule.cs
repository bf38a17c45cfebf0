namespace Vi.Reports.Findings;

/// <summary>Variances of q that fall short of those by linear response.</summary>
internal sealed class VarianceShortfallRule : IFindingRule
{
    /// <summary>Share of the variance that may be missing before something is said.</summary>
    public const double Noticeable = 0.1;

    /// <summary>Ratio of standard deviations below which intervals are too short to be read as they stand.</summary>
    public const double TooNarrow = 0.9;

    public string Code => "variances-too-small";

    public IEnumerable<Finding> Apply(RunResult result)
    {
        if (result.LinearResponse is not { Found: true })
        {
            yield break;
        }

        var ratios = result
            .Posterior.Where(quantity => quantity.Restates is null)
            .SelectMany(ResultEntry.Of)
            .Where(entry => entry.Sd > 0 && entry.ResponseSd > 0)
            .Select(entry => (entry.Name, Ratio: entry.Sd / entry.ResponseSd))
            .ToList();
        var missing = ratios.Where(entry => 1 - (entry.Ratio * entry.Ratio) > Noticeable).ToList();
        if (missing.Count == 0)
        {
            yield break;
        }

        var worst = missing.MinBy(entry => entry.Ratio);
        // Where the fit was checked against its posterior, that check says how far off it is, and linear response is a second opinion.
        var isChecked =
            result.Verdict?.Checks.Any(check => check is { Id: CheckCode.CheckedNumbers, Value: > 0 }) == true;
        yield return Finding.Of(
            worst.Ratio < TooNarrow && !isChecked ? Severity.Warning : Severity.Hint,
            Code,
            ("missing", missing.Count),
            ("entries", ratios.Count),
            ("ratio", worst.Ratio),
            ("checked", isChecked ? 1 : 0)
        ) with
        {
            Subjects = [worst.Name],
        };
    }
}
