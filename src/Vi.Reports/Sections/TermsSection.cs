namespace Vi.Reports.Sections;

/// <summary>The bound's terms: what the data give and what each factor costs.</summary>
internal static class TermsSection
{
    internal static Markup Of(ElboRecord? elbo)
    {
        if (elbo is null || elbo.Terms.Count == 0)
        {
            return Markup.Empty;
        }

        var chart = new WaterfallChart
        {
            Id = "bound-terms",
            Title = "How the terms add up to the bound",
            Caption =
                $"{Numbers.Counted(elbo.Terms.Count, "term")} add up to {Numbers.Nats(elbo.Value)} nats: expected log densities under "
                + "the model and entropies of the factors.",
            Unit = "nats",
            Labels = [.. elbo.Terms.Keys],
            Amounts = [.. elbo.Terms.Values],
            TotalLabel = "ELBO",
        };
        var rows = elbo
            .Terms.Select(term => (Name: Markup.Text(term.Key), Nats: term.Value))
            .Append((Name: Markup.Trusted("<strong>ELBO</strong>"), Nats: elbo.Value));
        return Markup.Concat(
            ChartFigure.Of(chart),
            Table.Of(
                "Terms of the bound",
                rows,
                [new("term", row => row.Name), new("nats", row => Markup.Nats(row.Nats))]
            )
        );
    }
}
