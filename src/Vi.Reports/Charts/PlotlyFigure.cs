using System.Globalization;
using System.Text.Json.Nodes;

namespace Vi.Reports.Charts;

/// <summary>
/// A figure as plotly.js reads it. Colours are tokens that the page replaces by those of its theme whenever the theme changes:
/// <c>@c0</c> to <c>@c7</c>, <c>@ink</c>, <c>@muted</c>, <c>@gain</c>, <c>@loss</c>, with an opacity as in <c>@c0/0.2</c>.
/// </summary>
/// <param name="Data">The traces, in drawing order.</param>
/// <param name="Layout">What differs from the page's common layout.</param>
internal sealed record PlotlyFigure(JsonArray Data, JsonObject Layout)
{
    private const int PaletteSize = 8;

    /// <summary>Number format of tooltips: six significant digits, thousands separated.</summary>
    internal const string HoverFormat = ":,.6~g";

    /// <summary>Token of a palette colour; the neutral grey where the index is negative.</summary>
    internal static string Colour(int index, double opacity = 1)
    {
        var token = index < 0 ? "@muted" : $"@c{index % PaletteSize}";
        return opacity < 1 ? string.Create(CultureInfo.InvariantCulture, $"{token}/{opacity:0.##}") : token;
    }

    /// <summary>Numbers with ten significant digits; what is not finite becomes a gap.</summary>
    internal static JsonArray Numbers(IEnumerable<double> values) => [.. values.Select(Number)];

    /// <summary>Texts with plotly's pseudo-HTML and templates switched off.</summary>
    internal static JsonArray Texts(IEnumerable<string> values) =>
        [.. values.Select(value => (JsonNode?)JsonValue.Create(Text(value)))];

    /// <summary>A text in which plotly finds neither tags nor templates nor TeX.</summary>
    internal static string Text(string value) =>
        value
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal)
            .Replace("$", "&#36;", StringComparison.Ordinal)
            .Replace("%{", "%\u2060{", StringComparison.Ordinal);

    /// <summary>A text that fits into a legend.</summary>
    internal static string Short(string value, int length = 40) =>
        value.Length <= length ? value : string.Concat(value.AsSpan(0, length - 1).TrimEnd(), "…");

    /// <summary>An axis with its title; labelled positions 0, 1, 2, ... where names are given, which the page shortens to the room there is.</summary>
    internal static JsonObject AxisLayout(Axis axis, IReadOnlyList<string>? labels = null)
    {
        var layout = new JsonObject { ["title"] = new JsonObject { ["text"] = Text(axis.Title) } };
        if (labels is not null)
        {
            layout["tickvals"] = Numbers(Enumerable.Range(0, labels.Count).Select(i => (double)i));
            layout["ticktext"] = Texts(labels);
            layout["range"] = Numbers([-0.6, labels.Count - 0.4]);
            layout["showgrid"] = false;
            layout["zeroline"] = false;
        }
        else if (axis.Logarithmic)
        {
            layout["type"] = "log";
            layout["exponentformat"] = "power";
        }

        if (axis.EqualScale)
        {
            layout["scaleanchor"] = "x";
            layout["constrain"] = "domain";
        }

        return layout;
    }

    private static JsonNode? Number(double value) =>
        double.IsFinite(value)
            ? JsonValue.Create(
                double.Parse(value.ToString("G10", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            )
            : null;
}
