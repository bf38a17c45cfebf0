namespace Vi.Reports.Sections;

/// <summary>The bound's terms: what the data give and what each factor costs.</summary>
internal static class TermsSection
{
    internal static Section Of(ElboRecord? elbo)
    {
        if (elbo is null || elbo.Terms.Count == 0)
        {
            return new Section("terms", "Terms of the bound", Markup.Empty);
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
            .Terms.Select(term => Row(Markup.Of($"{term.Key}"), term.Value))
            .Append(Row(Markup.Trusted("<strong>ELBO</strong>"), elbo.Value));
        return new Section(
            "terms",
            "Terms of the bound",
            Markup.Concat(ChartFigure.Of(chart), Table.Of("Terms of the bound", ["term", "nats"], rows))
        );
    }

    private static IReadOnlyList<Markup> Row(Markup name, double nats) =>
        [name, Markup.Exact(nats, Numbers.Nats(nats))];
}
