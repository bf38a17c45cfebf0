namespace Vi.App.Models;

/// <summary>
/// The page TYPE.md in a model's folder: its title and summary; its formulas, under <c>Model</c>, <c>Coordinate ascent</c> and <c>Bound</c>
/// by what they hold for; how it is approximated; a small complete experiment without the model's type.
/// </summary>
internal sealed class ModelPage
{
    private readonly string type;
    private readonly string title;
    private readonly string summary;
    private readonly Dictionary<string, string> sections;

    public ModelPage(string type)
    {
        using var stream =
            typeof(ModelPage).Assembly.GetManifestResourceStream($"{type}.md")
            ?? throw new InvalidOperationException($"The assembly has no page {type}.md.");
        var parts = new StreamReader(stream).ReadToEnd().Split("\n## ").Select(part => part.Split('\n', 2)).ToArray();
        this.type = type;
        title = parts[0][0].TrimStart('#', ' ');
        summary = OneLine(parts[0][1]);
        sections = parts.Skip(1).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
    }

    public ModelRecord Description =>
        new()
        {
            Type = type,
            Title = title,
            Summary = summary,
            Approximation = OneLine(sections["Approximation"]),
            Formulas =
            [
                .. Formulas("Model", FormulaScope.Model),
                .. Formulas("Coordinate ascent", FormulaScope.CoordinateAscent),
                .. Formulas("Bound", FormulaScope.Bound),
            ],
        };

    public JsonObject Example
    {
        get
        {
            var text = sections["Example"].Trim();
            var example = (JsonObject)JsonNode.Parse(text["```json".Length..^"```".Length])!;
            ((JsonObject)example["model"]!).Insert(0, "type", type);
            return example;
        }
    }

    /// <summary>Lines of the form <c>- LABEL: $LATEX$</c>.</summary>
    private IEnumerable<LabelledFormula> Formulas(string section, FormulaScope scope) =>
        sections
            .GetValueOrDefault(section, "")
            .Split('\n')
            .Where(line => line.StartsWith("- ", StringComparison.Ordinal))
            .Select(line => line[2..^1].Split(": $", 2))
            .Select(parts => new LabelledFormula(parts[0], parts[1], scope));

    private static string OneLine(string text) => text.Trim().ReplaceLineEndings(" ");
}
