namespace Vi.App.Models.Logistic;

/// <summary>Figures of the weights: q next to a normal distribution with the log posterior's curvature.</summary>
/// <param name="quantities">The weights and, where there is one, the intercept.</param>
/// <param name="curvature">For each of their entries the distribution with the curvature.</param>
/// <param name="response">Linear response, where it was computed.</param>
internal sealed class LogisticFigures(
    IReadOnlyList<PosteriorQuantity> quantities,
    IReadOnlyList<Marginal> curvature,
    AscentResponse response
)
{
    public XyChart Weights(JsonObject truth)
    {
        var figure = quantities[0].Figure("q(w)", truth);
        return figure with
        {
            Caption =
                $"{figure.Caption} A weight whose interval contains 0 cannot be distinguished from zero with these data. The wider interval is the one to "
                + "read: the bound makes q too narrow.",
            Series =
            [
                .. figure.Series,
                .. figure.Series[0].Labels is { } labels
                    ? [ModelFigures.Intervals("with the curvature's spread", labels, curvature.Take(labels.Count), 2)]
                    : Array.Empty<Series>(),
            ],
        };
    }

    public TableExhibit Spread() =>
        new()
        {
            Id = "spread",
            Title = "How much too narrow q is",
            Caption =
                "Standard deviations of q next to those of a normal with the curvature of the log posterior at the same mean (Laplace's "
                + "approximation), which for many rows are close to the posterior's own.",
            Columns =
            [
                "weight",
                "mean",
                "sd of q",
                .. response.IsFound ? ["sd by linear response"] : Array.Empty<string>(),
                "sd by curvature",
                "sd of q / by curvature",
            ],
            Rows = [.. quantities.SelectMany(Rows).Zip(curvature, Row)],
        };

    private IEnumerable<(string Name, Marginal Own, double Response)> Rows(PosteriorQuantity quantity)
    {
        var sds = response.Of(quantity);
        return quantity.Entries.Select((own, i) => (quantity.EntryName(i), own, sds?[i] ?? double.NaN));
    }

    private string[] Row((string Name, Marginal Own, double Response) row, Marginal curved) =>
        [
            row.Name,
            Numbers.Significant(row.Own.Mean),
            Numbers.Significant(row.Own.Sd),
            .. response.IsFound ? [Numbers.Significant(row.Response)] : Array.Empty<string>(),
            Numbers.Significant(curved.Sd),
            Numbers.Significant(row.Own.Sd / curved.Sd),
        ];
}
