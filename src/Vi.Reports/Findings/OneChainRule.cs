namespace Vi.Reports.Findings;

/// <summary>One chain of a sampler, which nothing is held against.</summary>
public sealed class OneChainRule : IFindingRule
{
    /// <inheritdoc />
    public IEnumerable<Finding> Apply(FindingFacts facts)
    {
        if (facts.Result.Method.Chains == 1)
        {
            yield return new Finding(
                "warning",
                "one-chain",
                "There is one chain only: R-hat compares its halves, and nothing shows whether another chain would end elsewhere. Use several, inference.chains."
            );
        }
    }
}
