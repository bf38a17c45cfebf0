namespace Vi.Reports.Charts;

/// <summary>One way of looking at a figure, with the name on its button and the part that it shows; all of it without a window.</summary>
internal sealed record ChartView(string Name, Exhibit Chart, Window? Window = null);

/// <summary>A chart in the page: title, views to choose from, the plot with its text alternative, caption.</summary>
internal static class ChartFigure
{
    internal static Markup Of(Exhibit chart) => Of(chart, [new ChartView("", chart)]);

    /// <summary>A chart with a button for each view, the first one shown; title and caption are those of <paramref name="chart"/>.</summary>
    internal static Markup Of(Exhibit chart, IReadOnlyList<ChartView> given)
    {
        var views = WithFullRanges(given);
        var anchor = Anchor.For(chart.Id);
        var caption = Caption(chart, views);
        var alternative = caption.Length > 0 ? $"{chart.Title}. {caption}" : chart.Title;
        var figures = string.Join(',', views.Select(view => Drawings.Json(view.Chart, view.Window)));
        return Markup.Of(
            $"""
            <figure class="chart" id="{anchor}">
              <h3>{chart.Title}</h3>
              {Buttons(views)}
              <div class="plot" role="img" aria-label="{alternative}"></div>
              {Markup.If(caption.Length > 0, $"<figcaption>{caption}</figcaption>")}
              <script type="application/json" class="figure-data">[{Markup.Trusted(figures)}]</script>
            </figure>

            """
        );
    }

    /// <summary>The views, each cut to the informative part of its chart where there is one, and then those with everything in them.</summary>
    private static ChartView[] WithFullRanges(IReadOnlyList<ChartView> given)
    {
        var views = given.Select(view =>
            view.Chart is XyChart chart ? view with { Window = InformativeRange.Of(chart) } : view
        );
        return
        [
            .. views.Select(view =>
                view.Window is null || view.Name.Length > 0 ? view : view with { Name = "Informative range" }
            ),
            .. views.Where(view => view.Window is not null).Select(view => new ChartView(FullName(view), view.Chart)),
        ];
    }

    private static string FullName(ChartView view) => view.Name.Length > 0 ? $"{view.Name}, full range" : "Full range";

    private static string Caption(Exhibit chart, ChartView[] views)
    {
        var caption = chart is ViewsExhibit ? chart.Caption : Drawings.Caption(chart);
        if (views[0] is not { Chart: XyChart first, Window: { } window })
        {
            return caption;
        }

        var (outside, all) = InformativeRange.Count(first, window);
        return $"{caption} The first view leaves out {Numbers.Count(outside)} of {Numbers.Count(all)} values; “{views.First(view => view.Window is null && view.Chart == first).Name}” shows all.".TrimStart();
    }

    private static Markup Buttons(ChartView[] views)
    {
        var buttons = Markup.ForEach(
            views.Index(),
            view =>
                Markup.Of(
                    $"""<button type="button" data-view="{view.Index}" aria-pressed="{(view.Index == 0 ? "true" : "false")}">{view.Item.Name}</button>"""
                )
        );
        return Markup.If(views.Length > 1, $"""<div class="views" role="group" aria-label="View">{buttons}</div>""");
    }
}
