namespace Vi.Reports.Comparing;

/// <summary>What accuracy costs: distance of each fit's draws from the reference's, against seconds and gradient evaluations.</summary>
internal static class WorkSection
{
    internal static Markup Of(ComparedRuns run) =>
        run.Comparison.Draws is { } draws
            ? Markup.Concat(
                Chart(run, draws),
                Table.Of(
                    "Distances of distributions",
                    draws.Fits,
                    [
                        new("fit", fit => run.Comparison.Fits[fit.Fit].Label),
                        new("seconds", fit => Markup.Duration(Seconds(run, fit))),
                        new("gradient evaluations", fit => TimesSection.Gradients(run.Results[fit.Fit])),
                        new("average 1-Wasserstein (sd)", fit => Number(fit.Average)),
                        new(
                            "largest 1-Wasserstein (sd)",
                            fit => Markup.Of($"{Number(fit.Largest)}{Markup.Small(fit.LargestAt)}")
                        ),
                        new("sliced 1-Wasserstein (sd)", fit => Number(fit.Sliced)),
                        new("symmetrised KL of normals (nats)", fit => Number(fit.Divergence)),
                    ]
                ),
                Note(run, draws)
            )
            : Markup.Empty;

    private static Markup Note(ComparedRuns run, DrawDistances draws) =>
        Markup.Of(
            $"""
            <p class="muted">A 1-Wasserstein distance is the area between two distribution functions, here in standard deviations of
            {run.Comparison.Reference}; of {(
                draws.Entries == 1 ? "one entry" : $"{draws.Entries} entries"
            )}, from at most {draws.MostDraws} draws of each fit. Sliced: the average
            over {draws.Directions} directions, so that correlations count. The symmetrised KL divergence is that of the normals with the draws' moments.</p>

            """
        );

    private static double Seconds(ComparedRuns run, DrawDistance fit) => run.Results[fit.Fit].Timing.FitSeconds;

    private static long? Gradients(ComparedRuns run, DrawDistance fit) =>
        run.Results[fit.Fit].Timing.GradientEvaluations;

    private static Markup Number(double value) => double.IsFinite(value) ? Markup.Number(value) : Markup.Dash;

    private static Markup Chart(ComparedRuns run, DrawDistances draws)
    {
        var seconds = Chart(run, draws.Fits, draws.Noise, "seconds of the fit", fit => Seconds(run, fit));
        var counted = draws.Fits.Where(fit => Gradients(run, fit) > 0).ToList();
        if (counted.Count == 0)
        {
            return ChartFigure.Of(seconds);
        }

        var gradients = Chart(run, counted, draws.Noise, "gradient evaluations", fit => Gradients(run, fit)!.Value);
        return ChartFigure.Of(
            seconds,
            [new ChartView("Seconds", seconds), new ChartView("Gradient evaluations", gradients)]
        );
    }

    private static XyChart Chart(
        ComparedRuns run,
        IReadOnlyList<DrawDistance> costs,
        double noise,
        string work,
        Func<DrawDistance, double> amount
    )
    {
        var reference = run.Results[SharedEntries.ReferenceOf(run)].Timing;
        var gradients = reference.GradientEvaluations is { } count
            ? $" and {Numbers.Count(count)} gradient evaluations"
            : "";
        return new XyChart
        {
            Id = "distance-over-work",
            Title = "Distance from the reference against the work",
            Caption =
                $"The lower and the further left, the better. {run.Comparison.Reference} took {Numbers.Duration(reference.FitSeconds)}{gradients}; two halves of its own draws are as far "
                + "apart as the dashed line, so points near it are no worse than the reference's own noise.",
            X = new Axis(work, Logarithmic: true),
            Y = new Axis("average 1-Wasserstein distance (reference sd)", Logarithmic: true),
            Series =
            [
                .. costs.Select(cost =>
                    Curves.Through(
                        run.Comparison.Fits[cost.Fit].Label,
                        [amount(cost)],
                        [cost.Average],
                        cost.Fit,
                        "points"
                    )
                ),
            ],
            References = noise > 0 ? [new ReferenceLine("y", noise, "noise of the reference")] : [],
        };
    }
}
