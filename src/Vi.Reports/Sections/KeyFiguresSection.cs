namespace Vi.Reports.Sections;

/// <summary>The figures one looks for first, and the model's further figures.</summary>
internal static class KeyFiguresSection
{
    internal static Section Of(RunResult result)
    {
        var figures = new List<Markup>();
        if (result.Elbo is { } elbo)
        {
            figures.Add(Figure("ELBO", Markup.Exact(elbo.Value, Numbers.Nats(elbo.Value)), "nats"));
        }

        // What algorithms on log densities count are blocks of steps or draws; gradients are what they cost.
        figures.Add(
            result.Timing.GradientEvaluations is { } gradients
                ? Figure("Gradients", Text(Numbers.Count(gradients)), result.Algorithm)
                : Figure(
                    Capital($"{result.Method.Iteration}s"),
                    Text(Numbers.Count(result.Iterations)),
                    result.Algorithm
                )
        );
        if (result.Data is { } data)
        {
            figures.Add(
                Figure(
                    "Data",
                    Text($"{Numbers.Count(data.Rows)} × {Numbers.Count(data.Columns.Count)}"),
                    "rows × columns"
                )
            );
        }

        figures.Add(
            Figure(
                "Fit time",
                Text(Numbers.Duration(result.Timing.FitSeconds)),
                result.Timing.GradientEvaluations is > 0 and var count
                    ? $"{Numbers.Duration(result.Timing.FitSeconds / count)} per gradient"
                    : $"{Numbers.Duration(result.Timing.SecondsPerIteration)} per {result.Method.Iteration}"
            )
        );
        return new Section(
            "figures",
            "Key figures",
            Markup.Of($"<dl class=\"figures\">{Markup.Concat(figures)}</dl>\n{Further(result.Diagnostics)}")
        );
    }

    private static Markup Figure(string name, Markup value, string unit) =>
        Markup.Of($"<div><dt>{name}</dt><dd><strong>{value}</strong> <span>{unit}</span></dd></div>");

    private static Markup Further(JsonObject diagnostics)
    {
        var rows = diagnostics
            .Select(entry => (IReadOnlyList<Markup>)[Text(Words(entry.Key)), Value(entry.Value)])
            .ToList();
        return rows.Count == 0
            ? Markup.Empty
            : Markup.Of(
                $"<h3>Further figures</h3>\n{Table.Of("Further figures", ["figure", "value"], rows, textColumns: 2)}"
            );
    }

    private static Markup Value(JsonNode? node)
    {
        if (NonFiniteJson.TryRead(node, out var number))
        {
            return Markup.Exact(number, Numbers.Significant(number));
        }

        return Markup.Of($"{(node is JsonArray items ? string.Join(", ", items.Select(Short)) : Short(node))}");
    }

    private static string Short(JsonNode? node)
    {
        if (NonFiniteJson.TryRead(node, out var number))
        {
            return Numbers.Significant(number);
        }

        return node switch
        {
            JsonArray items => $"[{string.Join(", ", items.Select(Short))}]",
            JsonObject properties => string.Join(", ", properties.Select(p => $"{Words(p.Key)} {Short(p.Value)}")),
            _ => node!.ToString(),
        };
    }

    /// <summary>A camelCase name in words: <c>logEvidence</c> becomes <c>log evidence</c>.</summary>
    private static string Words(string name) =>
        string.Concat(
            name.Select(
                (c, i) =>
                    i > 0 && char.IsUpper(c) && char.IsLower(name[i - 1]) ? $" {char.ToLowerInvariant(c)}" : $"{c}"
            )
        );

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static Markup Text(string text) => Markup.Of($"{text}");
}
