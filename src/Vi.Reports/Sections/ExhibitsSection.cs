namespace Vi.Reports.Sections;

/// <summary>The figures and tables that belong to the model, in their order.</summary>
internal static class ExhibitsSection
{
    internal static Markup Of(IReadOnlyList<Exhibit> exhibits) =>
        Markup.If(exhibits.Count > 0, $"<div class=\"exhibits\">\n{Markup.ForEach(exhibits, One)}</div>\n");

    private static Markup One(Exhibit exhibit) =>
        exhibit switch
        {
            TableExhibit table => Tabular(table),
            ViewsExhibit figure => ChartFigure.Of(
                figure,
                [.. figure.Views.Select(view => new ChartView(view.Name, view.Chart))]
            ),
            _ => ChartFigure.Of(exhibit),
        };

    private static Markup Tabular(TableExhibit exhibit)
    {
        var columns = exhibit.Columns.Select(
            (head, j) => new Column<IReadOnlyList<string>>(head, row => Markup.Text(row[j]))
        );
        var caption = Markup.If(exhibit.Caption.Length > 0, $"<figcaption>{exhibit.Caption}</figcaption>\n");
        return Markup.Of(
            $"""
            <figure class="table" id="{Anchor.For(exhibit.Id)}">
            <h3>{exhibit.Title}</h3>
            {Table.InPart(exhibit.Title, exhibit.Rows, columns)}{caption}</figure>

            """
        );
    }
}
