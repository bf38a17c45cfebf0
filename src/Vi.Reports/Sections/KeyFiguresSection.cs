namespace Vi.Reports.Sections;

/// <summary>The figures one looks for first, and the model's further figures.</summary>
internal static class KeyFiguresSection
{
    /// <summary>Records, and items that are no numbers, of which a page shows no more.</summary>
    private const int MostRecords = 40;

    /// <summary>Numbers up to which a list is shown as it is.</summary>
    private const int MostItems = 8;

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

    /// <summary>The model's figures, save those that a check states: single ones and short lists in one table, each list of records in its own.</summary>
    private static Markup Further(RunResult result)
    {
        var stated = (result.Verdict?.Checks ?? []).Select(check => Stated.GetValueOrDefault(check.Id)).ToHashSet();
        var all = result.Diagnostics.Where(entry => !stated.Contains(entry.Key)).ToList();
        var table = Table.Of(
            "Further figures",
            all.Where(entry => !IsRecords(entry.Value)),
            [new("figure", entry => Words(entry.Key)), new("value", entry => Value(entry.Value))],
            textColumns: 2
        );
        return Markup.Concat(
            Markup.If(!table.IsEmpty, $"<h3>Further figures</h3>\n{table}"),
            Markup.ForEach(all.Where(entry => IsRecords(entry.Value)), entry => Records(Words(entry.Key), entry.Value!))
        );
    }

    private static bool IsRecords(JsonNode? node) =>
        node is JsonObject { Count: > 0 }
        || (node is JsonArray { Count: > 0 } items && items.All(item => item is JsonObject));

    /// <summary>A record a row, a member a column; a single record is a table of one row.</summary>
    private static Markup Records(string name, JsonNode node)
    {
        var records = (node is JsonArray items ? items.Select(item => item!.AsObject()) : [node.AsObject()]).ToList();
        var members = records
            .SelectMany(record => record.Select(member => member.Key))
            .Distinct(StringComparer.Ordinal);
        var rows = Table.Of(
            name,
            records.Take(MostRecords),
            members.Select(member => new Column<JsonObject>(Words(member), record => Value(record[member]))),
            textColumns: records.TrueForAll(record => Number(record.First().Value) is null) ? 1 : 0
        );
        var left = records.Count - MostRecords;
        return Markup.Of(
            $"<h3>{char.ToUpperInvariant(name[0])}{name[1..]}</h3>\n{rows}{Markup.If(left > 0, $"<p class=\"muted\">{Numbers.Count(left)} more are in <code>result.json</code>.</p>\n")}"
        );
    }

    private static Markup Value(JsonNode? node) =>
        Number(node) is { } number ? Markup.Number(number)
        : node is JsonArray items ? Markup.Text(List(items))
        : Markup.Text(Short(node));

    /// <summary>A short list as it is; of a long one of numbers how many they are and how far they reach.</summary>
    private static string List(JsonArray items)
    {
        var numbers = items.Select(Number).OfType<double>().ToList();
        return items.Count <= MostItems || numbers.Count < items.Count
            ? string.Join(", ", items.Take(MostRecords).Select(Short)) + (items.Count > MostRecords ? ", …" : "")
            : $"{Numbers.Count(items.Count)} numbers from {Numbers.Significant(numbers.Min())} to {Numbers.Significant(numbers.Max())}";
    }

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
            JsonValue value when value.TryGetValue<bool>(out var isSo) => isSo ? "yes" : "no",
            _ => node!.ToString(),
        };

    /// <summary>What a figure is called; a name of another program's model as its words: <c>logEvidence</c> is <c>log evidence</c>.</summary>
    private static string Words(string name) =>
        Sentences.Of("figure", name) is var words && words != name
            ? words
            : JsonNamingPolicy.KebabCaseLower.ConvertName(name).Replace('-', ' ');

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
