using System.Text.Json.Nodes;

namespace Vi.Reports.Findings;

/// <summary>A true value in the experiment that belongs to nothing in the answer, or has another shape.</summary>
public sealed class TruthRule : IFindingRule
{
    /// <inheritdoc />
    public string Code => "truth";

    /// <inheritdoc />
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
            if (!result.Posterior.TryGetValue(name, out var summary))
            {
                yield return Of([name, .. result.Posterior.Keys], isKnown: false);
            }
            else if (Shape(value) != Shape(summary.Mean))
            {
                yield return Of([name, Shape(value), Shape(summary.Mean)], isKnown: true);
            }
        }
    }

    /// <inheritdoc />
    public string Text(Finding finding)
    {
        var names = finding.Subjects;
        return $"truth.{names[0]} is not compared with anything: "
            + (
                finding.Figures["known"] > 0
                    ? $"it has {names[1]} where the answer has {names[2]}."
                    : $"the answer has no {names[0]}; it has {string.Join(", ", names.Skip(1))}."
            );
    }

    private Finding Of(IReadOnlyList<string> subjects, bool isKnown) =>
        Finding.Of(Severity.Warning, Code, ("known", isKnown ? 1 : 0)) with
        {
            Subjects = subjects,
        };

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
