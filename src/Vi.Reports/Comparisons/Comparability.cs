namespace Vi.Reports.Comparisons;

/// <summary>Whether results are of one model and one set of data.</summary>
/// <param name="SameModel">Whether all are of one model with the same settings.</param>
internal sealed record Comparability(bool SameData, bool SameModel, IReadOnlyList<Finding> Findings)
{
    public static Comparability Of(IReadOnlyList<RunResult> results)
    {
        var first = results[0];
        var sameData = results.All(result =>
            result.Data?.Sha256 == first.Data?.Sha256
            && (result.Data?.Columns ?? []).SequenceEqual(first.Data?.Columns ?? [], StringComparer.Ordinal)
        );
        var sameModel = results.All(result =>
            result.Model.Type == first.Model.Type
            && JsonNode.DeepEquals(result.Configuration["model"], first.Configuration["model"])
            && IsStandardized(result) == IsStandardized(first)
        );
        Finding[] data = sameData ? [] : [new Finding(Severity.Warning, "data-differ")];
        var severity = sameData ? Severity.Hint : Severity.Warning;
        Finding[] models = sameModel ? [] : [Finding.Of(severity, "models-differ", ("sameData", sameData ? 1 : 0))];
        return new Comparability(sameData, sameModel, [.. data, .. models]);
    }

    /// <summary>Whether numbers of the prior count in standard deviations of the columns; data and answers are in the columns' own unit.</summary>
    private static bool IsStandardized(RunResult result) =>
        result.Configuration["data"]?["standardize"] is JsonValue value && value.TryGetValue<bool>(out var on) && on;
}
