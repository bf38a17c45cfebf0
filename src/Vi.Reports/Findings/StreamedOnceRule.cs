namespace Vi.Reports.Findings;

/// <summary>A stream through a model whose bound has several optima: rows are never assigned anew.</summary>
public sealed class StreamedOnceRule : IFindingRule
{
    /// <inheritdoc />
    public string Code => "streamed-once";

    /// <inheritdoc />
    public IEnumerable<Finding> Apply(RunResult result)
    {
        if (result is { Method: { ReadsRowsOnce: true, DependsOnStart: true }, Elbo: not null })
        {
            yield return Finding.Of(Severity.Warning, Code);
        }
    }

    /// <inheritdoc />
    public string Text(Finding finding) =>
        "Streaming assigns each row once, so the result depends on row order. Compare it with cavi where the data fit: list both under inference.";
}
