using System.Text.Json.Nodes;

namespace Vi.Reports.Charts;

/// <summary>One way of looking at a figure, with the name on its button.</summary>
internal sealed record ChartView(string Name, Exhibit Chart);

/// <summary>A chart in the page: title, views to choose from, the plot with its text alternative, caption.</summary>
internal static class ChartFigure
{
    /// <summary>A chart with one view.</summary>
    internal static Markup Of(Exhibit chart) => Of(chart, [new ChartView("", chart)]);

    /// <summary>A chart with a button for each view, the first one shown; title and caption are those of <paramref name="chart"/>.</summary>
    internal static Markup Of(Exhibit chart, IReadOnlyList<ChartView> views)
    {
        var anchor = Anchor.For(chart.Id);
        var caption = Caption(chart);
        var alternative = caption.Length > 0 ? $"{chart.Title}. {caption}" : chart.Title;
        var figures = new JsonArray([.. views.Select(view => (JsonNode)Json(Draw(view.Chart)))]);
        return Markup.Of(
            $"""
            <figure class="chart" id="{anchor}">
              <h3>{chart.Title}</h3>
              {Buttons(views)}
              <div class="plot" role="img" aria-label="{alternative}"></div>
              {(caption.Length > 0 ? Markup.Of($"<figcaption>{caption}</figcaption>") : Markup.Empty)}
              <script type="application/json" class="figure-data">{Markup.Trusted(figures.ToJsonString())}</script>
            </figure>

            """
        );
    }

    private static PlotlyFigure Draw(Exhibit chart) =>
        chart switch
        {
            XyChart xy => XyPlot.Draw(xy),
            HeatmapChart heatmap => HeatmapPlot.Draw(heatmap),
            WaterfallChart waterfall => WaterfallPlot.Draw(waterfall),
            _ => throw new ArgumentException($"{chart.GetType().Name} is no chart.", nameof(chart)),
        };

    private static string Caption(Exhibit chart)
    {
        if (chart is not HeatmapChart heatmap)
        {
            return chart.Caption;
        }

        var clipped = HeatmapPlot.LowestColoured(heatmap) is { } lowest
            ? $"; below {Numbers.Significant(lowest)} all have one colour"
            : "";
        return $"{heatmap.Caption} Colour: {heatmap.ValueTitle}{clipped}.".TrimStart();
    }

    private static JsonObject Json(PlotlyFigure figure) => new() { ["data"] = figure.Data, ["layout"] = figure.Layout };

    private static Markup Buttons(IReadOnlyList<ChartView> views)
    {
        if (views.Count < 2)
        {
            return Markup.Empty;
        }

        var buttons = Markup.ForEach(
            views.Select((view, i) => (view, i)),
            item =>
                Markup.Of(
                    $"""<button type="button" data-view="{item.i}" aria-pressed="{(item.i == 0 ? "true" : "false")}">{item.view.Name}</button>"""
                )
        );
        return Markup.Of($"""<div class="views" role="group" aria-label="View">{buttons}</div>""");
    }
}
