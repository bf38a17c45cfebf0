using Vi.App.Models.Support;
using Vi.App.Reports.Charts;
using Vi.App.Results;
using Vi.Math.Fluent;

namespace Vi.App.Reports.Comparing;

/// <summary>What accuracy costs: distance of each fit's draws from the reference's, against seconds and gradient evaluations.</summary>
internal static class WorkSection
{
    private const int MostEntries = 40;

    /// <summary>Entries up to which whole distributions are compared by projections and by normals.</summary>
    private const int MostJoint = 20;

    /// <summary>Draws of a fit that distances are taken from.</summary>
    private const int MostDraws = 1000;

    private const int Directions = 50;

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

    internal static Section Of(ComparedRuns run, IReadOnlyList<SharedEntry> shared)
    {
        var reference = SharedEntries.ReferenceOf(run);
        var draws = SharedDraws.Of(run, shared, MostEntries);
        if (reference < 0 || draws.OfFits[reference] is not { } ofReference)
        {
            return new Section("work", "Distance against work", Markup.Empty);
        }

        var costs = Enumerable
            .Range(0, run.Results.Count)
            .Where(i => i != reference && draws.OfFits[i] is not null)
            .Select(i => Cost.Of(run, i, draws, ofReference))
            .ToList();
        if (costs.Count == 0)
        {
            return new Section("work", "Distance against work", Markup.Empty);
        }

        // Alternate draws, so that a chain that drifts does not count as noise.
        double[][] Half(int half) => [.. ofReference.Select(entry => entry.Where((_, s) => s % 2 == half).ToArray())];
        var noise = Distances(draws, Half(0), Half(1)).Average(pair => pair.Distance);
        return new Section(
            "work",
            "Distance against work",
            Markup.Concat(
                Chart(run, costs, noise),
                Table.Of("Distances of distributions", Heads, costs.Select(Row)),
                Note(run, draws)
            )
        );
    }

    private static Markup Note(ComparedRuns run, SharedDraws draws) =>
        Markup.Of(
            $"""
            <p class="muted">A 1-Wasserstein distance is the area between two distribution functions, here in standard deviations of
            {run.Comparison.Reference}; of {(
                draws.Entries.Count == 1 ? "one entry" : $"{draws.Entries.Count} entries"
            )}, from at most {MostDraws} draws of each fit. Sliced: the average
            over {Directions} directions, so that correlations count. The symmetrised KL divergence is that of the normals with the draws' moments.</p>

            """
        );

    private static IReadOnlyList<Markup> Row(Cost cost) =>
        [
            Markup.Of($"{cost.Label}"),
            Numbers.Exact(cost.Seconds, Numbers.Duration(cost.Seconds)),
            cost.Gradients is { } gradients ? Markup.Of($"{Numbers.Count(gradients)}") : Markup.Trusted("–"),
            Number(cost.Average),
            Markup.Of($"{Number(cost.Largest)}<small>{cost.LargestAt}</small>"),
            Number(cost.Sliced),
            Number(cost.Divergence),
        ];

    private static Markup Number(double value) =>
        double.IsFinite(value) ? Numbers.Exact(value, Numbers.Significant(value, 3)) : Markup.Trusted("–");

    private static Markup Chart(ComparedRuns run, List<Cost> costs, double noise)
    {
        var seconds = Chart(run, costs, noise, new Axis("seconds of the fit", Logarithmic: true), cost => cost.Seconds);
        var counted = costs.Where(cost => cost.Gradients > 0).ToList();
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
                            noise,
                            new Axis("gradient evaluations", Logarithmic: true),
                            cost => cost.Gradients!.Value
                        )
                    ),
                ]
            );
    }

    private static XyChart Chart(ComparedRuns run, List<Cost> costs, double noise, Axis work, Func<Cost, double> amount)
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
                    Name = cost.Label,
                    Style = "points",
                    X = [amount(cost)],
                    Y = [cost.Average],
                    Color = cost.Fit,
                }),
            ],
            References = noise > 0 ? [new ReferenceLine("y", noise, "noise of the reference")] : [],
        };
    }

    private static List<(string Name, double Distance)> Distances(
        SharedDraws draws,
        double[][] own,
        double[][] reference
    ) =>
        [
            .. draws.Entries.Select(
                (entry, d) =>
                    (
                        entry.Name,
                        Diagnostics.Wasserstein(own[d], reference[d]) / Models.Draws.DrawSummaries.Of(reference[d]).Sd
                    )
            ),
        ];

    private sealed record Cost(
        int Fit,
        string Label,
        double Seconds,
        long? Gradients,
        double Average,
        double Largest,
        string LargestAt,
        double Sliced,
        double Divergence
    )
    {
        public static Cost Of(ComparedRuns run, int fit, SharedDraws draws, double[][] reference)
        {
            var own = draws.OfFits[fit]!;
            var distances = Distances(draws, own, reference);
            var farthest = distances.MaxBy(pair => pair.Distance);
            var isJoint = draws.Entries.Count <= MostJoint;
            var (a, b) = (Thinned(own), Thinned(reference));
            return new Cost(
                fit,
                run.Comparison.Fits[fit].Label,
                run.Results[fit].Timing.FitSeconds,
                run.Results[fit].Timing.GradientEvaluations,
                distances.Average(pair => pair.Distance),
                farthest.Distance,
                farthest.Name,
                isJoint ? Diagnostics.SlicedWasserstein(a, b, Directions, run.Results[fit].Seed) : double.NaN,
                isJoint ? Diagnostics.SymmetrisedKl(a, b) : double.NaN
            );
        }

        private static double[][] Thinned(double[][] draws)
        {
            var rows = SharedDraws.ByDraw(draws);
            return [.. Curves.Sample(rows.Length, MostDraws).Select(s => rows[s])];
        }
    }
}
