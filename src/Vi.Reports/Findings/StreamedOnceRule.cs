namespace Vi.Reports.Findings;

/// <summary>A stream through a model whose bound has several optima: rows are never assigned anew.</summary>
internal sealed class StreamedOnceRule : IFindingRule
{
    public string Code => "streamed-once";

    public IEnumerable<Finding> Apply(RunResult result)
    {
        if (result is { Method: { ReadsRowsOnce: true, DependsOnStart: true }, Elbo: not null })
        {
            yield return Finding.Of(Severity.Warning, Code);
        }
    }
}
