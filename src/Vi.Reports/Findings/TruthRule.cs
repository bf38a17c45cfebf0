using System.Text.Json.Nodes;

namespace Vi.Reports.Findings;

/// <summary>A true value in the experiment that belongs to nothing in the answer, or has another shape.</summary>
public sealed class TruthRule : IFindingRule
{
    /// <inheritdoc />
    public IEnumerable<Finding> Apply(FindingFacts facts)
    {
        if (facts.Result.Configuration["truth"] is not JsonObject truth || facts.Result.Posterior.Count == 0)
        {
            yield break;
        }

        foreach (
            var (name, value) in truth.Where(pair =>
                !facts.Result.Method.ShownTruths.Contains(pair.Key, StringComparer.Ordinal)
            )
        )
        {
            if (!facts.Result.Posterior.TryGetValue(name, out var summary))
            {
                yield return Of(
                    name,
                    $"the answer has no {name}; it has {string.Join(", ", facts.Result.Posterior.Keys)}"
                );
            }
            else if (Shape(value) != Shape(summary.Mean))
            {
                yield return Of(name, $"it has {Shape(value)} where the answer has {Shape(summary.Mean)}");
            }
        }
    }

    private static Finding Of(string name, string trouble) =>
        new("warning", "truth", $"truth.{name} is not compared with anything: {trouble}.");

    private static string Shape(JsonNode? node)
    {
        var sizes = new List<int>();
        while (node is JsonArray { Count: > 0 } list)
        {
            sizes.Add(list.Count);
            node = list[0];
        }

        return sizes.Count switch
        {
            0 => "one number",
            1 => $"{sizes[0]} numbers",
            _ => string.Join(" x ", sizes) + " numbers",
        };
    }
}
