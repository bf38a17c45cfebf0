using System.Text.Json.Nodes;

namespace Vi.App.Reports.Charts;

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
            ["colorbar"] = new JsonObject
            {
                ["title"] = new JsonObject { ["text"] = PlotlyFigure.Text(chart.ValueTitle), ["side"] = "right" },
                ["thickness"] = 14,
                ["outlinewidth"] = 0,
            },
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

        var traces = XyPlot.Traces(chart.Overlays, labels: null, chart.X, chart.Y);
        foreach (var trace in traces)
        {
            trace!["showlegend"] = chart.Overlays.Count > 0 && trace["name"]!.GetValue<string>().Length > 0;
        }

        traces.Insert(0, surface);
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
