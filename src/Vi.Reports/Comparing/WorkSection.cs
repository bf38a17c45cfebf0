namespace Vi.Reports.Comparing;

/// <summary>What accuracy costs: distance of each fit's draws from the reference's, against seconds and gradient evaluations.</summary>
internal static class WorkSection
{
    internal static Markup Of(ComparedPage page)
    {
        if (page.Comparison.Draws is not { } draws)
        {
            return Markup.Empty;
        }

        var rows = draws.Fits.Select(distance => new Row(page.Fits[distance.Fit], distance)).ToList();
        var reference = page.Comparison.Reference;
        var entries = draws.Entries == 1 ? "one entry" : $"{draws.Entries} entries";
        return Markup.Of(
            $"""
            {Chart(page.Reference!, rows, draws.Noise)}{Distances(
                rows
            )}<p class="muted">A 1-Wasserstein distance is the area between two distribution functions, here in standard deviations of
            {reference}; of {entries}, from at most {draws.MostDraws} draws of each fit. Sliced: the average
            over {draws.Directions} directions, so that correlations count. The symmetrised KL divergence is that of the normals with the draws' moments.</p>

            """
        );
    }

    private static Markup Distances(List<Row> rows) =>
        Table.Of(
            "Distances of distributions",
            rows,
            [
                new("fit", row => row.Fit.Label),
                new("seconds", row => Markup.Duration(row.Fit.Seconds)),
                new("gradient evaluations", row => TimesSection.Gradients(row.Fit)),
                new("average 1-Wasserstein (sd)", row => Number(row.Distance.Average)),
                new(
                    "largest 1-Wasserstein (sd)",
                    row => Markup.Of($"{Number(row.Distance.Largest)}{Markup.Small(row.Distance.LargestAt)}")
                ),
                new("sliced 1-Wasserstein (sd)", row => Number(row.Distance.Sliced)),
                new("symmetrised KL of normals (nats)", row => Number(row.Distance.Divergence)),
            ]
        );

    private static Markup Number(double value) => double.IsFinite(value) ? Markup.Number(value) : Markup.Dash;

    private static Markup Chart(Fit reference, List<Row> rows, double noise)
    {
        var seconds = Chart(reference, rows, noise, "seconds of the fit", row => row.Fit.Seconds);
        var counted = rows.FindAll(row => row.Fit.Gradients > 0);
        if (counted.Count == 0)
        {
            return ChartFigure.Of(seconds);
        }

        var gradients = Chart(reference, counted, noise, "gradient evaluations", row => row.Fit.Gradients!.Value);
        return ChartFigure.Of(seconds, [new("Seconds", seconds), new("Gradient evaluations", gradients)]);
    }

    private static XyChart Chart(Fit reference, List<Row> rows, double noise, string work, Func<Row, double> amount)
    {
        var gradients = reference.Gradients is { } count ? $" and {Numbers.Count(count)} gradient evaluations" : "";
        return new XyChart
        {
            Id = "distance-over-work",
            Title = "Distance from the reference against the work",
            Caption =
                $"The lower and the further left, the better. {reference.Label} took {Numbers.Duration(reference.Seconds)}{gradients}; two halves of its own draws are as far "
                + "apart as the dashed line, so points near it are no worse than the reference's own noise.",
            X = new Axis(work, Logarithmic: true),
            Y = new Axis("average 1-Wasserstein distance (reference sd)", Logarithmic: true),
            Series = rows.Select(row =>
                    Curves.Through(row.Fit.Label, [amount(row)], [row.Distance.Average], row.Fit.At, "points")
                )
                .ToList(),
            References = noise > 0 ? [new ReferenceLine("y", noise, "noise of the reference")] : [],
        };
    }

    private sealed record Row(Fit Fit, DrawDistance Distance);
}
