using System.Text.Json.Nodes;

namespace Vi.Reports.Charts;

/// <summary>Draws a <see cref="WaterfallChart"/>: each bar begins where the one above it ended, the last one shows the sum.</summary>
internal static class WaterfallPlot
{
    internal static PlotlyFigure Draw(WaterfallChart chart)
    {
        var total = chart.Amounts.Sum();
        var ends = new List<double>();
        var starts = new List<double>();
        var running = 0.0;
        foreach (var amount in chart.Amounts)
        {
            starts.Add(running);
            running += double.IsFinite(amount) ? amount : 0;
            ends.Add(running);
        }

        starts.Add(0);
        var amounts = chart.Amounts.Append(total).ToList();
        var names = chart.Labels.Append(chart.TotalLabel).ToList();
        var positions = Enumerable.Range(0, names.Count).Select(i => (double)i).ToList();
        var lowest = ends.Append(0).Append(total).Where(double.IsFinite).Min();
        var highest = ends.Append(0).Append(total).Where(double.IsFinite).Max();
        var margin = System.Math.Max(highest - lowest, double.Epsilon) * 0.2;
        var trace = new JsonObject
        {
            ["type"] = "bar",
            ["orientation"] = "h",
            ["y"] = PlotlyFigure.Numbers(positions),
            ["x"] = PlotlyFigure.Numbers(amounts),
            ["base"] = PlotlyFigure.Numbers(starts),
            ["text"] = PlotlyFigure.Texts(amounts.Select(amount => Signed(amount))),
            ["textposition"] = "outside",
            ["cliponaxis"] = false,
            ["width"] = 0.55,
            ["customdata"] = PlotlyFigure.Texts(names),
            ["marker"] = new JsonObject
            {
                ["color"] = new JsonArray([
                    .. chart.Amounts.Select(amount => (JsonNode)(amount < 0 ? "@loss" : "@gain")),
                    "@muted",
                ]),
            },
            ["hovertemplate"] = $"%{{customdata}}: %{{text}} {PlotlyFigure.Text(chart.Unit)}<extra></extra>",
            ["showlegend"] = false,
        };
        var vertical = PlotlyFigure.AxisLayout(new Axis(""), names);
        vertical["range"] = PlotlyFigure.Numbers([names.Count - 0.4, -0.6]);
        var horizontal = PlotlyFigure.AxisLayout(new Axis(chart.Unit));
        horizontal["range"] = PlotlyFigure.Numbers([
            lowest < 0 ? lowest - margin : -margin / 4,
            highest > 0 ? highest + margin : margin / 4,
        ]);
        return new PlotlyFigure(
            [(JsonNode)trace],
            new JsonObject
            {
                ["xaxis"] = horizontal,
                ["yaxis"] = vertical,
                ["hovermode"] = "closest",
                ["height"] = 110 + (38 * names.Count),
            }
        );
    }

    private static string Signed(double amount) => (amount > 0 ? "+" : "") + Numbers.Nats(amount);
}
