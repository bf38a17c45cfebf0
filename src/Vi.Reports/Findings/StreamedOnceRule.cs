namespace Vi.Reports.Findings;

/// <summary>A stream through a model whose bound has several optima: what a row was taken for when it came is not looked at again.</summary>
public sealed class StreamedOnceRule : IFindingRule
{
    /// <inheritdoc />
    public IEnumerable<Finding> Apply(FindingFacts facts)
    {
        if (
            facts.Result.Algorithm == "streaming"
            && facts.Result.Method.DependsOnStart
            && facts.Result.Elbo is not null
        )
        {
            yield return new Finding(
                "warning",
                "streamed-once",
                "Each row was given to a component when it came and not again, so the answer depends on the order of the rows and lies beside "
                    + "that of all rows together. Compare it with cavi where the data allow: list both under inference."
            );
        }
    }
}
