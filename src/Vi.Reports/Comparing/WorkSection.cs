namespace Vi.Reports.Comparing;

/// <summary>What accuracy costs: distance of each fit's draws from the reference's, against seconds and gradient evaluations.</summary>
internal static class WorkSection
{
    private static readonly string[] Heads =
    [
        "fit",
        "seconds",
        "gradient evaluations",
        "average 1-Wasserstein (sd)",
        "largest 1-Wasserstein (sd)",
        "sliced 1-Wasserstein (sd)",
        "symmetrised KL of normals (nats)",
    ];

    internal static Section Of(ComparedRuns run) =>
        new(
            "work",
            "Distance against work",
            run.Comparison.Draws is { } draws
                ? Markup.Concat(
                    Chart(run, draws),
                    Table.Of("Distances of distributions", Heads, draws.Fits.Select(fit => Row(run, fit))),
                    Note(run, draws)
                )
                : Markup.Empty
        );

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

    private static IReadOnlyList<Markup> Row(ComparedRuns run, DrawDistance cost) =>
        [
            Markup.Of($"{run.Comparison.Fits[cost.Fit].Label}"),
            Markup.Exact(Seconds(run, cost), Numbers.Duration(Seconds(run, cost))),
            Gradients(run, cost) is { } gradients ? Markup.Of($"{Numbers.Count(gradients)}") : Markup.Trusted("–"),
            Number(cost.Average),
            Markup.Of($"{Number(cost.Largest)}<small>{cost.LargestAt}</small>"),
            Number(cost.Sliced),
            Number(cost.Divergence),
        ];

    private static Markup Number(double value) =>
        double.IsFinite(value) ? Markup.Exact(value, Numbers.Significant(value)) : Markup.Trusted("–");

    private static Markup Chart(ComparedRuns run, DrawDistances draws)
    {
        var seconds = Chart(
            run,
            draws.Fits,
            draws.Noise,
            new Axis("seconds of the fit", Logarithmic: true),
            fit => Seconds(run, fit)
        );
        var counted = draws.Fits.Where(fit => Gradients(run, fit) > 0).ToList();
        return counted.Count == 0
            ? ChartFigure.Of(seconds)
            : ChartFigure.Of(
                seconds,
                [
                    new ChartView("Seconds", seconds),
                    new ChartView(
                        "Gradient evaluations",
                        Chart(
                            run,
                            counted,
                            draws.Noise,
                            new Axis("gradient evaluations", Logarithmic: true),
                            fit => Gradients(run, fit)!.Value
                        )
                    ),
                ]
            );
    }

    private static XyChart Chart(
        ComparedRuns run,
        IReadOnlyList<DrawDistance> costs,
        double noise,
        Axis work,
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
            X = work,
            Y = new Axis("average 1-Wasserstein distance (reference sd)", Logarithmic: true),
            Series =
            [
                .. costs.Select(cost => new Series
                {
                    Name = run.Comparison.Fits[cost.Fit].Label,
                    Style = "points",
                    X = [amount(cost)],
                    Y = [cost.Average],
                    Color = cost.Fit,
                }),
            ],
            References = noise > 0 ? [new ReferenceLine("y", noise, "noise of the reference")] : [],
        };
    }
}
