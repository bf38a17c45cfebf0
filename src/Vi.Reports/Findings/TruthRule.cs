namespace Vi.Reports.Findings;

/// <summary>A true value in the experiment that belongs to nothing in the answer, or has another shape.</summary>
internal sealed class TruthRule : IFindingRule
{
    public string Code => "truth";

    public IEnumerable<Finding> Apply(RunResult result)
    {
        if (result.Configuration["truth"] is not JsonObject truth || result.Posterior.Count == 0)
        {
            yield break;
        }

        foreach (
            var (name, value) in truth.Where(pair =>
                !result.Method.ShownTruths.Contains(pair.Key, StringComparer.Ordinal)
            )
        )
        {
            if (result.Posterior.Find(name) is not { } quantity)
            {
                yield return Of([name, .. result.Posterior.Select(known => known.Name)], isKnown: false);
            }
            else if (NestedNumbers.Flat(value, quantity.Shape) is null)
            {
                yield return Of([name, Words(Shape(value)), Words(quantity.Shape)], isKnown: true);
            }
        }
    }

    private Finding Of(IReadOnlyList<string> subjects, bool isKnown) =>
        Finding.Of(Severity.Warning, Code, ("known", isKnown ? 1 : 0)) with
        {
            Subjects = subjects,
        };

    private static IReadOnlyList<int> Shape(JsonNode? node) =>
        NestedNumbers.Shape(System.Text.Json.JsonSerializer.SerializeToElement(node));

    private static string Words(IReadOnlyList<int> sizes) =>
        sizes.Count switch
        {
            0 => "one number",
            1 => $"{sizes[0]} numbers",
            _ => string.Join(" x ", sizes) + " numbers",
        };
}
