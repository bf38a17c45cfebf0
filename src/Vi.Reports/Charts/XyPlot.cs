using System.Text.Json.Nodes;

namespace Vi.Reports.Charts;

/// <summary>Draws an <see cref="XyChart"/>.</summary>
internal static class XyPlot
{
    private static readonly string[] Symbols =
    [
        "circle",
        "diamond",
        "square",
        "triangle-up",
        "cross",
        "triangle-down",
        "pentagon",
        "star",
    ];

    internal static PlotlyFigure Draw(XyChart chart)
    {
        var labels = Labels(chart.Series);
        var layout = new JsonObject
        {
            ["xaxis"] = PlotlyFigure.AxisLayout(chart.X, labels),
            ["yaxis"] = PlotlyFigure.AxisLayout(chart.Y),
            ["hovermode"] = HoverMode(chart),
        };
        if (chart.Stacked)
        {
            layout["barmode"] = "relative";
            layout["xaxis"]!["unifiedhovertitle"] = new JsonObject
            {
                ["text"] = $"{PlotlyFigure.Text(chart.X.Title)} %{{x}}: {PlotlyFigure.Text(chart.Y.Title)}",
            };
        }
        else
        {
            SetRange(layout["xaxis"]!, chart.X, labels is null ? Extent.OfX(chart) : null);
            SetRange(layout["yaxis"]!, chart.Y, Extent.OfY(chart));
        }

        var references = chart.References.Where(line => double.IsFinite(line.Value)).Select(Reference);
        layout["shapes"] = new JsonArray([.. references]);

        var traces = Traces(chart.Series, labels, chart.X, chart.Y);
        if (chart.Stacked)
        {
            foreach (var trace in traces.OfType<JsonObject>())
            {
                trace["hovertemplate"] = $"%{{y{PlotlyFigure.HoverFormat}}}";
            }
        }

        return new PlotlyFigure(traces, layout);
    }

    /// <summary>Series as traces; also used for what lies on a heatmap.</summary>
    internal static JsonArray Traces(IReadOnlyList<Series> all, IReadOnlyList<string>? labels, Axis x, Axis y)
    {
        var traces = new JsonArray();
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var series in all)
        {
            var trace = series.Style == "band" ? Band(series) : Marks(series, labels, x, y);
            trace["name"] = PlotlyFigure.Text(PlotlyFigure.Short(series.Name));
            trace["legendgroup"] = PlotlyFigure.Text(series.Name);
            trace["showlegend"] = series.Name.Length > 0 && all.Count > 1 && named.Add(series.Name);
            traces.Add((JsonNode)trace);
        }

        return traces;
    }

    /// <summary>Piled bars are read together; several curves one at a time, since their labels would cover them.</summary>
    private static string HoverMode(XyChart chart)
    {
        if (chart.Stacked)
        {
            return "x unified";
        }

        return chart.Series is [{ Style: not "points" }] ? "x" : "closest";
    }

    private static void SetRange(JsonNode layout, Axis axis, (double From, double To)? extent)
    {
        if (extent is { } ends && !axis.Logarithmic && !axis.EqualScale)
        {
            layout["range"] = PlotlyFigure.Numbers([ends.From, ends.To]);
        }
    }

    private static List<string>? Labels(IReadOnlyList<Series> all)
    {
        var labels = all.SelectMany(series => series.Labels ?? []).Distinct(StringComparer.Ordinal).ToList();
        return labels.Count == 0 ? null : labels;
    }

    private static JsonObject Marks(Series series, IReadOnlyList<string>? labels, Axis x, Axis y)
    {
        var trace = new JsonObject
        {
            ["type"] = series.Style == "bars" ? "bar" : "scatter",
            ["x"] = Abscissae(series, labels),
            ["y"] = PlotlyFigure.Numbers(series.Y),
        };
        if (series.Labels is not null)
        {
            trace["text"] = PlotlyFigure.Texts(series.Labels);
            trace["textposition"] = "none";
        }

        Style(trace, series);
        var interval = AddErrorBars(trace, series);
        var abscissa = series.Labels is null
            ? $"{PlotlyFigure.Text(x.Title)}: %{{x{PlotlyFigure.HoverFormat}}}"
            : "%{text}";
        trace["hovertemplate"] =
            $"{abscissa}<br>{PlotlyFigure.Text(y.Title)}: %{{y{PlotlyFigure.HoverFormat}}}{interval}"
            + $"<extra>{PlotlyFigure.Text(series.Name)}</extra>";
        return trace;
    }

    private static JsonArray Abscissae(Series series, IReadOnlyList<string>? labels)
    {
        if (series.Labels is null || labels is null)
        {
            return PlotlyFigure.Numbers(series.X ?? [.. Enumerable.Range(1, series.Y.Count).Select(i => (double)i)]);
        }

        var position = labels
            .Select((label, i) => (label, i))
            .ToDictionary(p => p.label, p => (double)p.i, StringComparer.Ordinal);
        return PlotlyFigure.Numbers(series.Labels.Select(label => position[label]));
    }

    private static void Style(JsonObject trace, Series series)
    {
        var colour = PlotlyFigure.Colour(series.Color);
        switch (series.Style)
        {
            case "bars":
                trace["marker"] = new JsonObject
                {
                    ["color"] = PlotlyFigure.Colour(series.Color, series.Color < 0 ? 0.4 : 1),
                };
                break;
            case "points":
                trace["mode"] = "markers";
                trace["marker"] = new JsonObject
                {
                    ["color"] = PlotlyFigure.Colour(series.Color, series.Y.Count > 60 ? 0.7 : 1),
                    ["size"] = series.Y.Count switch
                    {
                        > 1000 => 4,
                        > 60 => 6,
                        _ => 8,
                    },
                    ["symbol"] = Symbols[System.Math.Max(0, series.Color) % Symbols.Length],
                };
                break;
            default:
                trace["mode"] = "lines";
                trace["line"] = new JsonObject
                {
                    ["color"] = colour,
                    ["width"] = 2,
                    ["dash"] = series.Style switch
                    {
                        "dashed" => "dash",
                        "dotted" => "dot",
                        _ => "solid",
                    },
                };
                break;
        }
    }

    private static string AddErrorBars(JsonObject trace, Series series)
    {
        if (series.Lower is not { } lower || series.Upper is not { } upper)
        {
            return "";
        }

        trace["error_y"] = new JsonObject
        {
            ["type"] = "data",
            ["symmetric"] = false,
            ["array"] = PlotlyFigure.Numbers(upper.Zip(series.Y, (end, middle) => end - middle)),
            ["arrayminus"] = PlotlyFigure.Numbers(series.Y.Zip(lower, (middle, end) => middle - end)),
            // In the colour of its own bar the lower half would not be seen.
            ["color"] = series.Style == "bars" ? "@ink" : PlotlyFigure.Colour(series.Color),
            ["thickness"] = 1.5,
            ["width"] = 4,
        };
        trace["customdata"] = new JsonArray([
            .. lower.Zip(upper, (low, high) => (JsonNode)PlotlyFigure.Numbers([low, high])),
        ]);
        return $"<br>interval: %{{customdata[0]{PlotlyFigure.HoverFormat}}} to %{{customdata[1]{PlotlyFigure.HoverFormat}}}";
    }

    /// <summary>A closed outline for each run of finite ends: along the lower end and back along the upper.</summary>
    private static JsonObject Band(Series series)
    {
        var x = series.X ?? [];
        var lower = series.Lower ?? [];
        var upper = series.Upper ?? [];
        var count = System.Math.Min(x.Count, System.Math.Min(lower.Count, upper.Count));
        var outlineX = new List<double>();
        var outlineY = new List<double>();
        for (var start = 0; start < count; start++)
        {
            var end = start;
            while (end < count && double.IsFinite(x[end] + lower[end] + upper[end]))
            {
                end++;
            }

            if (end == start)
            {
                continue;
            }

            var run = Enumerable.Range(start, end - start).ToList();
            outlineX.AddRange([
                .. run.Select(i => x[i]),
                .. run.AsEnumerable().Reverse().Select(i => x[i]),
                double.NaN,
            ]);
            outlineY.AddRange([
                .. run.Select(i => lower[i]),
                .. run.AsEnumerable().Reverse().Select(i => upper[i]),
                double.NaN,
            ]);
            start = end;
        }

        return new JsonObject
        {
            ["type"] = "scatter",
            ["mode"] = "lines",
            ["x"] = PlotlyFigure.Numbers(outlineX),
            ["y"] = PlotlyFigure.Numbers(outlineY),
            ["fill"] = "toself",
            ["fillcolor"] = PlotlyFigure.Colour(series.Color, 0.2),
            ["line"] = new JsonObject { ["width"] = 0, ["color"] = PlotlyFigure.Colour(series.Color) },
            ["hoverinfo"] = "skip",
        };
    }

    private static JsonNode Reference(ReferenceLine line)
    {
        var along = line.Axis == "x";
        return new JsonObject
        {
            ["type"] = "line",
            [along ? "x0" : "y0"] = line.Value,
            [along ? "x1" : "y1"] = line.Value,
            [along ? "y0" : "x0"] = 0,
            [along ? "y1" : "x1"] = 1,
            [along ? "yref" : "xref"] = "paper",
            ["line"] = new JsonObject
            {
                ["color"] = "@ink",
                ["width"] = 1.2,
                ["dash"] = "dash",
            },
            ["label"] = new JsonObject
            {
                ["text"] = PlotlyFigure.Text(line.Label),
                ["textposition"] = "end",
                ["textangle"] = 0,
                ["xanchor"] = along ? "left" : "right",
                ["yanchor"] = along ? "top" : "bottom",
                ["font"] = new JsonObject { ["color"] = "@ink", ["size"] = 12 },
            },
        };
    }
}
