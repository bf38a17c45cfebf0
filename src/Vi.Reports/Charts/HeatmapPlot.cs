using System.Text.Json.Nodes;

namespace Vi.Reports.Charts;

/// <summary>Draws a <see cref="HeatmapChart"/>.</summary>
internal static class HeatmapPlot
{
    private const double ClippedShare = 0.1;

    internal static PlotlyFigure Draw(HeatmapChart chart)
    {
        var surface = new JsonObject
        {
            ["type"] = "heatmap",
            ["x"] = PlotlyFigure.Numbers(chart.GridX),
            ["y"] = PlotlyFigure.Numbers(chart.GridY),
            ["z"] = new JsonArray([.. chart.Values.Select(row => (JsonNode)PlotlyFigure.Numbers(row))]),
            ["colorbar"] = new JsonObject { ["thickness"] = 14, ["outlinewidth"] = 0 },
            ["name"] = "",
            ["hovertemplate"] =
                $"{PlotlyFigure.Text(chart.X.Title)}: %{{x{PlotlyFigure.HoverFormat}}}<br>"
                + $"{PlotlyFigure.Text(chart.Y.Title)}: %{{y{PlotlyFigure.HoverFormat}}}<br>"
                + $"{PlotlyFigure.Text(chart.ValueTitle)}: %{{z{PlotlyFigure.HoverFormat}}}<extra></extra>",
        };
        if (LowestColoured(chart) is { } lowest)
        {
            surface["zmin"] = lowest;
            surface["zmax"] = Finite(chart).Max();
        }

        var traces = new JsonArray((JsonNode)surface);
        foreach (var series in chart.Overlays)
        {
            var overlay = XyPlot.Traces([series], labels: null, chart.X, chart.Y)[0]!.DeepClone();
            overlay["showlegend"] = series.Name.Length > 0;
            Outline(traces, overlay);
            traces.Add(overlay);
        }

        return new PlotlyFigure(
            traces,
            new JsonObject
            {
                ["xaxis"] = PlotlyFigure.AxisLayout(chart.X),
                ["yaxis"] = PlotlyFigure.AxisLayout(chart.Y),
                ["hovermode"] = "closest",
            }
        );
    }

    /// <summary>Sets a path or a point off from a surface of any colour: a wider line below it, a rim around it.</summary>
    private static void Outline(JsonArray traces, JsonNode overlay)
    {
        if (overlay["marker"] is { } marker)
        {
            marker["line"] = new JsonObject { ["color"] = "@surface", ["width"] = 1.5 };
            marker["size"] = 10;
            return;
        }

        var casing = overlay.DeepClone();
        casing["line"] = new JsonObject { ["color"] = "@surface", ["width"] = 5 };
        casing["showlegend"] = false;
        casing["hoverinfo"] = "skip";
        casing.AsObject().Remove("hovertemplate");
        traces.Add(casing);
    }

    /// <summary>
    /// Where the surface falls off so far that its bulk would share one colour, the value below which all colours are alike: the tenth
    /// percentile. Null where the whole range can be told apart.
    /// </summary>
    internal static double? LowestColoured(HeatmapChart chart)
    {
        var sorted = Finite(chart).Order().ToArray();
        if (sorted.Length == 0)
        {
            return null;
        }

        var highest = sorted[^1];
        var bulk = highest - sorted[sorted.Length / 2];
        var tenth = sorted[(int)(ClippedShare * (sorted.Length - 1))];
        return highest - sorted[0] > 10 * bulk && tenth < highest ? tenth : null;
    }

    private static IEnumerable<double> Finite(HeatmapChart chart) =>
        chart.Values.SelectMany(row => row).Where(double.IsFinite);
}
