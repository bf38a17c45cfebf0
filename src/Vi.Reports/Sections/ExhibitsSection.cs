namespace Vi.Reports.Sections;

/// <summary>The figures and tables that belong to the model, in their order.</summary>
internal static class ExhibitsSection
{
    internal static Section Of(IReadOnlyList<Exhibit> exhibits) =>
        new(
            "exhibits",
            "Figures and tables",
            Markup.ForEach(
                exhibits,
                exhibit => exhibit is TableExhibit table ? Tabular(table) : ChartFigure.Of(exhibit)
            )
        );

    private static Markup Tabular(TableExhibit exhibit)
    {
        var rows = exhibit.Rows.Select(row => (IReadOnlyList<Markup>)[.. row.Select(cell => Markup.Of($"{cell}"))]);
        var caption =
            exhibit.Caption.Length > 0 ? Markup.Of($"<figcaption>{exhibit.Caption}</figcaption>\n") : Markup.Empty;
        return Markup.Of(
            $"""
            <figure class="table" id="{Anchor.For(exhibit.Id)}">
            <h3>{exhibit.Title}</h3>
            {Table.Of(exhibit.Title, exhibit.Columns, rows)}{caption}</figure>

            """
        );
    }
}
