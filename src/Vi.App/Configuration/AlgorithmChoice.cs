namespace Vi.App.Configuration;

/// <summary>Fills in what the model decides about <c>inference</c>, before the tree is checked.</summary>
internal sealed class AlgorithmChoice(
    ExperimentSchema schema,
    IModel model,
    IReadOnlyDictionary<string, string> origins
)
{
    /// <summary>Starts of a model whose answer depends on the start, where the file says nothing.</summary>
    private const int DefaultStarts = 10;

    private readonly List<Problem> problems = [];
    private readonly List<string> hints = [];

    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>Settings of the file that belong to another algorithm than the one chosen outside it.</summary>
    public IReadOnlyList<string> Hints => hints;

    /// <summary>Fills in algorithm and restarts, and drops settings that a choice outside the file has made void.</summary>
    public void Complete(JsonObject tree)
    {
        tree["inference"] ??= new JsonObject();
        if (tree["inference"] is JsonObject one)
        {
            Complete(one, "inference");
        }

        foreach (var (i, item) in (tree["inference"] as JsonArray ?? []).OfType<JsonObject>().Index())
        {
            Complete(item, $"inference[{i}]");
        }
    }

    private void Complete(JsonObject settings, string path)
    {
        settings["algorithm"] ??= model.Algorithms[0].Name;
        if (settings["algorithm"] is not JsonValue value || !value.TryGetValue<string>(out var name))
        {
            return;
        }

        if (model.Algorithms.FirstOrDefault(a => a.Name == name) is not { } algorithm)
        {
            var known = AlgorithmCatalogue.All.FirstOrDefault(a => a.Name == name);
            var reason = known is null ? "" : model.WhyNot(known);
            var hint = NearestName.Hint(name, [.. model.Algorithms.Select(a => a.Name)]);
            problems.Add(
                new Problem(
                    $"{path}.algorithm",
                    $"\"{name}\" cannot fit {model.Type}{(reason.Length > 0 ? $": {reason}" : hint)}"
                )
            );
            return;
        }

        DropForeign(settings, algorithm, path);
        if (algorithm.SettingsType.IsAssignableTo(typeof(SweepSettings)))
        {
            settings["restarts"] ??= model.DependsOnStart ? DefaultStarts : 1;
        }
    }

    private void DropForeign(JsonObject settings, Algorithm algorithm, string path)
    {
        if (!origins.TryGetValue($"{path}.algorithm", out var origin))
        {
            return;
        }

        var own = schema.Algorithms.Case(algorithm.Name)!;
        foreach (var key in settings.Select(pair => pair.Key).ToList())
        {
            if (own.Key(key) is null && schema.Algorithms.Key(key) is not null && !origins.ContainsKey($"{path}.{key}"))
            {
                settings.Remove(key);
                hints.Add($"{path}.{key} is ignored: {origin} chose {algorithm.Name}, which has no such setting");
            }
        }
    }
}
