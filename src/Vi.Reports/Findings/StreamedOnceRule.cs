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

    public string Text(Finding finding) =>
        "Streaming assigns each row once, so the result depends on row order. Compare it with cavi where the data fit: list both under inference.";
}
