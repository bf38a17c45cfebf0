namespace Vi.Reports.Sections;

/// <summary>The figures and tables that belong to the model, in their order.</summary>
internal static class ExhibitsSection
{
    internal static Markup Of(IReadOnlyList<Exhibit> exhibits) =>
        Markup.ForEach(exhibits, exhibit => exhibit is TableExhibit table ? Tabular(table) : ChartFigure.Of(exhibit));

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
            {Table.Of(exhibit.Title, exhibit.Rows, columns)}{caption}</figure>

            """
        );
    }
}
