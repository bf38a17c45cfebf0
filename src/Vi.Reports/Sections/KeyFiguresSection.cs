namespace Vi.Reports.Sections;

/// <summary>The figures one looks for first, and the model's further figures.</summary>
internal static class KeyFiguresSection
{
    /// <summary>Figures that a check states, too.</summary>
    private static readonly Dictionary<string, string> Stated = new()
    {
        [CheckCode.ParetoK] = "paretoK",
        [CheckCode.RHat] = "largestRHat",
        [CheckCode.RemainingNats] = "remainingNats",
    };

    internal static Markup Of(RunResult result)
    {
        var (timing, algorithm) = (result.Timing, result.Algorithm);
        var pace = timing.GradientEvaluations is > 0 and var count
            ? $"{Numbers.Duration(timing.FitSeconds / count)} per gradient"
            : $"{Numbers.Duration(timing.SecondsPerIteration)} per {result.Method.Iteration}";
        Markup[] figures =
        [
            result.Elbo is { } elbo ? Figure("ELBO", Markup.Nats(elbo.Value), "nats") : Markup.Empty,
            // What algorithms on log densities count are blocks of steps or draws; gradients are what they cost.
            timing.GradientEvaluations
                is { } gradients
                ? Figure("Gradients", Numbers.Count(gradients), algorithm)
                : Figure(Capital($"{result.Method.Iteration}s"), Numbers.Count(result.Iterations), algorithm),
            result.Data is { } data
                ? Figure("Data", $"{Numbers.Count(data.Rows)} × {Numbers.Count(data.Columns.Count)}", "rows × columns")
                : Markup.Empty,
            Figure("Fit time", Numbers.Duration(timing.FitSeconds), pace),
        ];
        return Markup.Of($"{List(figures)}\n{Further(result)}");
    }

    internal static Markup List(IEnumerable<Markup> figures) =>
        Markup.Of($"<dl class=\"figures\">{Markup.Concat(figures)}</dl>");

    internal static Markup Figure(string name, string value, string unit) => Figure(name, Markup.Text(value), unit);

    private static Markup Figure(string name, Markup value, string unit) =>
        Markup.Of($"<div><dt>{name}</dt><dd><strong>{value}</strong> <span>{unit}</span></dd></div>");

    /// <summary>The model's figures, save those that a check states.</summary>
    private static Markup Further(RunResult result)
    {
        var stated = (result.Verdict?.Checks ?? []).Select(check => Stated.GetValueOrDefault(check.Id)).ToHashSet();
        var rows = result.Diagnostics.Where(entry => !stated.Contains(entry.Key));
        var table = Table.Of(
            "Further figures",
            rows,
            [new("figure", entry => Words(entry.Key)), new("value", entry => Value(entry.Value))],
            textColumns: 2
        );
        return Markup.If(!table.IsEmpty, $"<h3>Further figures</h3>\n{table}");
    }

    private static Markup Value(JsonNode? node) =>
        Number(node) is { } number
            ? Markup.Number(number)
            : Markup.Text(node is JsonArray items ? string.Join(", ", items.Select(Short)) : Short(node));

    /// <summary>A number, also by name; null is not-a-number, as in all of a result.</summary>
    private static double? Number(JsonNode? node) =>
        node is null ? double.NaN
        : NestedNumbers.Flat(node, []) is [var number] ? number
        : null;

    private static string Short(JsonNode? node) =>
        node switch
        {
            _ when Number(node) is { } number => Numbers.Significant(number),
            JsonArray items => $"[{string.Join(", ", items.Select(Short))}]",
            JsonObject properties => string.Join(", ", properties.Select(p => $"{Words(p.Key)} {Short(p.Value)}")),
            _ => node!.ToString(),
        };

    /// <summary>A camelCase name in words: <c>logEvidence</c> becomes <c>log evidence</c>.</summary>
    private static string Words(string name) =>
        string.Concat(
            name.Select(
                (c, i) =>
                    i > 0 && char.IsUpper(c) && char.IsLower(name[i - 1]) ? $" {char.ToLowerInvariant(c)}" : $"{c}"
            )
        );

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
