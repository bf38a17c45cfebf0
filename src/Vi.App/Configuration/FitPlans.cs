using Vi.Reports.Comparisons;

namespace Vi.App.Configuration;

/// <summary>One fit of an experiment.</summary>
/// <param name="Label">What comparisons call it; null where the experiment has no other fit.</param>
/// <param name="Configuration">The effective configuration that repeats this fit alone.</param>
internal sealed record FitPlan(string? Label, AlgorithmSettings Inference, JsonObject Configuration);

internal static class FitPlans
{
    /// <summary>Settings that contradict each other, and labels given twice.</summary>
    public static IEnumerable<Problem> Problems(IReadOnlyList<AlgorithmSettings> inference)
    {
        string Path(int i, string key) => inference.Count == 1 ? $"inference.{key}" : $"inference[{i}].{key}";
        for (var i = 0; i < inference.Count; i++)
        {
            foreach (var (key, message) in inference[i].Problems())
            {
                yield return new Problem(Path(i, key), message);
            }

            if (inference[i].Label is { } label && inference.Take(i).Any(other => other.Label == label))
            {
                yield return new Problem(Path(i, "label"), $"\"{label}\" is given twice; each fit needs its own label");
            }
        }
    }

    /// <summary>Does something for one of several fits; problems with its <c>inference</c> are told by its place in the list.</summary>
    public static T Located<T>(int fits, int fit, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (ExperimentException error) when (fits > 1)
        {
            throw new ExperimentException([
                .. error.Problems.Select(problem =>
                    problem.Path.Split('.')[0] == "inference"
                        ? problem with
                        {
                            Path = $"inference[{fit}]{problem.Path["inference".Length..]}",
                        }
                        : problem
                ),
            ]);
        }
    }

    /// <summary>The <c>inference</c> objects of a configuration: one, or those of its list.</summary>
    public static IEnumerable<JsonObject> Objects(JsonObject configuration) =>
        configuration["inference"] is JsonArray list
            ? list.Select(item => item!.AsObject())
            : [configuration["inference"]!.AsObject()];

    public static IReadOnlyList<FitPlan> Of(IReadOnlyList<AlgorithmSettings> inference, JsonObject configuration)
    {
        if (inference.Count == 1)
        {
            return [new FitPlan(null, inference[0], configuration)];
        }

        var objects = Objects(configuration).ToList();
        FitPlan Plan(AlgorithmSettings settings, int i, string label)
        {
            var alone = (JsonObject)configuration.DeepClone();
            alone["inference"] = objects[i].DeepClone();
            return new FitPlan(label, settings, alone);
        }

        var labels = Comparison.Distinct(inference.Zip(objects, (settings, own) => Label(settings, own, objects)));
        return inference.Select((settings, i) => Plan(settings, i, labels[i])).ToList();
    }

    /// <summary>The label given; else the algorithm, with the settings in which it differs from others of that name.</summary>
    private static string Label(AlgorithmSettings settings, JsonObject own, List<JsonObject> objects)
    {
        var others = objects.FindAll(other =>
            other != own && JsonNode.DeepEquals(other["algorithm"], own["algorithm"])
        );
        var differing = own.Where(pair =>
                pair.Key != "label" && others.Exists(other => !JsonNode.DeepEquals(other[pair.Key], pair.Value))
            )
            .Select(pair => $"{pair.Key} {pair.Value?.ToString() ?? "by default"}");
        return settings.Label ?? string.Join(", ", differing.Prepend(settings.Algorithm.Name));
    }
}
