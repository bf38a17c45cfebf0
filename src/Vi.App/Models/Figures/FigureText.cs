using System.Collections.Concurrent;
using Vi.Reports.English;

namespace Vi.App.Models.Figures;

/// <summary>
/// The words of a figure or table. They stand on a model's page, or on <c>figures.md</c>, below <c>### ID: TITLE</c>: a line
/// <c>Axes: A | B</c> (or <c>Columns: A | B</c>) and the caption, with values in the places <c>{0}</c>, <c>{1:%}</c>, <c>{2?A|B}</c> as in the
/// sentences of reports. An axis that ends in <c>(log)</c> is logarithmic.
/// </summary>
internal sealed record FigureText(string Id, string Title, IReadOnlyList<string> Heads, string Caption)
{
    private static readonly ConcurrentDictionary<string, FigureText[]> Pages = new(StringComparer.Ordinal);

    /// <summary>The words of a figure, filled in: numbers with four significant digits, everything else as it is.</summary>
    public static FigureText Of(string page, string id, params IReadOnlyList<object> values)
    {
        var found = Array.Find(Pages.GetOrAdd(page, Read), text => text.Id == id);
        var (_, title, heads, caption) =
            found ?? throw new InvalidOperationException($"The page {page}.md has no figure {id}.");
        var figures = values
            .Index()
            .Where(value => value.Item is IConvertible and not string)
            .ToDictionary(
                value => $"{value.Index}",
                value => Convert.ToDouble(value.Item, CultureInfo.InvariantCulture),
                StringComparer.Ordinal
            );
        string[] names = [.. values.Select(value => value is double number ? Significant(number) : $"{value}")];
        string Filled(string text) => Sentences.Filled(text, figures, names);
        return new(Identifier(Filled(id)), Filled(title), [.. heads.Select(Filled)], Filled(caption));
    }

    /// <summary>An axis by its place in the line.</summary>
    public Axis Axis(int place) =>
        Heads[place].EndsWith(" (log)", StringComparison.Ordinal)
            ? new Axis(Heads[place][..^" (log)".Length], Logarithmic: true)
            : new Axis(Heads[place]);

    /// <summary>An anchor: letters, digits and dashes only.</summary>
    public static string Identifier(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'));

    private static FigureText[] Read(string page)
    {
        using var stream = typeof(FigureText).Assembly.GetManifestResourceStream($"{page}.md")!;
        var chapters = new StreamReader(stream).ReadToEnd().Split("\n## Figures\n")[1].Split("\n### ").Skip(1);
        return [.. chapters.Select(Parsed)];
    }

    private static FigureText Parsed(string chapter)
    {
        var parts = chapter.Split('\n', 2);
        var heading = parts[0].Split(": ", 2);
        var lines = parts[1].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] heads = lines[0].Split(": ", 2) is ["Axes" or "Columns", var listed] ? listed.Split(" | ") : [];
        return new(heading[0], heading[1], heads, string.Join(' ', lines.Skip(heads.Length > 0 ? 1 : 0)));
    }
}
