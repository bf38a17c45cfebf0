using Vi.Reports.Comparisons;

namespace Vi.Reports.Findings;

/// <summary>Variances of q that fall short of those by linear response.</summary>
public sealed class VarianceShortfallRule : IFindingRule
{
    /// <summary>Share of the variance that may be missing before something is said.</summary>
    public const double Noticeable = 0.1;

    /// <summary>Ratio of standard deviations below which intervals are too short to be read as they stand.</summary>
    public const double TooNarrow = 0.9;

    /// <inheritdoc />
    public IEnumerable<Finding> Apply(FindingFacts facts)
    {
        if (facts.Result.LinearResponse is not { Found: true })
        {
            yield break;
        }

        var ratios = ResultEntry
            .Of(facts.Result)
            .Values.SelectMany(entries => entries)
            .Where(entry => entry.Sd > 0 && entry.ResponseSd > 0)
            .Select(entry => (entry.Name, Ratio: entry.Sd / entry.ResponseSd))
            .ToList();
        var missing = ratios.Where(entry => 1 - (entry.Ratio * entry.Ratio) > Noticeable).ToList();
        if (missing.Count == 0)
        {
            yield break;
        }

        var worst = missing.MinBy(entry => entry.Ratio);
        var isNarrow = worst.Ratio < TooNarrow;
        yield return new Finding(
            isNarrow ? "warning" : "hint",
            "variances-too-small",
            $"q's variance falls short by more than {Noticeable:P0} of that by linear response in {missing.Count} of {ratios.Count} entries, most in "
                + $"{worst.Name}: its standard deviation is {Numbers.Significant(worst.Ratio, 2)} of what it should be. Read spreads from the column \"{LinearResponseText.Head}\"; "
                + "means suffer little."
        );
    }
}
