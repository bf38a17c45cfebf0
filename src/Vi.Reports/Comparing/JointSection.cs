using MathNet.Numerics.Statistics;

namespace Vi.Reports.Comparing;

/// <summary>What marginals do not show: correlations of all fits side by side, and the strongest pairs as clouds and ellipses.</summary>
internal static class JointSection
{
    private const int MostEntries = 12;
    private const int MostPairs = 10;
    private const int MostCharts = 3;

    private const int MostDots = 400;

    /// <summary>Correlation in absolute value from which a pair is worth a chart; the strongest pair always has one.</summary>
    private const double Notable = 0.15;

    /// <summary>Rank correlation from which two entries are taken for functions of one another, as precision and standard deviation are.</summary>
    private const double OneQuantity = 0.9999;

    /// <summary>Radius, in standard deviations, of the ellipse that holds 90 % of a normal distribution of two numbers: sqrt(-2 log 0.1).</summary>
    private static readonly double Radius = Sqrt(-2 * Log(0.1));

    internal static Markup Of(ComparedRuns run, IReadOnlyList<SharedEntry> shared)
    {
        var draws = SharedDraws.Of(run, shared, MostEntries);
        var fits = Enumerable.Range(0, run.Results.Count).Where(i => draws.OfFits[i] is not null).ToList();
        var reference = SharedEntries.ReferenceOf(run);
        var pairs = fits.Count < 2 ? [] : Pairs(draws, fits, fits.Contains(reference) ? reference : fits[0]);
        if (pairs.Count == 0)
        {
            return Markup.Empty;
        }

        var charts = pairs
            .Where((pair, k) => k == 0 || pair.Strength >= Notable)
            .Take(MostCharts)
            .Select(pair => Chart(run, draws, fits, pair, reference));
        return Markup.Concat([Correlations(run, draws, fits, pairs), .. charts]);
    }

    private static List<Pair> Pairs(SharedDraws draws, List<int> fits, int leading) =>
        [
            .. Enumerable
                .Range(0, draws.Entries.Count)
                .SelectMany(b => Enumerable.Range(0, b).Select(a => (a, b)))
                .Where(pair => !fits.TrueForAll(i => AreOne(draws.OfFits[i]![pair.a], draws.OfFits[i]![pair.b])))
                .Select(pair => new Pair(
                    pair.a,
                    pair.b,
                    draws
                        .OfFits.Select(fit => fit is null ? double.NaN : Correlation.Pearson(fit[pair.a], fit[pair.b]))
                        .ToArray(),
                    leading
                ))
                .OrderByDescending(pair => pair.Strength)
                .Take(MostPairs),
        ];

    private static bool AreOne(double[] a, double[] b) => Abs(Correlation.Spearman(a, b)) >= OneQuantity;

    private static Markup Correlations(ComparedRuns run, SharedDraws draws, List<int> fits, List<Pair> pairs)
    {
        var without = run.Comparison.Fits.Where((_, i) => !fits.Contains(i)).Select(fit => fit.Label).ToList();
        var words = without.Count > 0 ? $" Without draws: {string.Join(", ", without)}." : "";
        var table = Table.Of<Pair>(
            "Correlations",
            pairs,
            [
                new("correlation of", pair => $"{draws.Entries[pair.A].Name} and {draws.Entries[pair.B].Name}"),
                .. fits.Select(i => new Column<Pair>(run.Comparison.Fits[i].Label, pair => pair.Correlations[i])),
            ]
        );
        return Markup.Of(
            $"""
            {table}
            <p class="muted">From draws, so within about {Numbers.Significant(
                Noise(draws, fits)
            )} of zero where there is no correlation. A factor of
            its own, and so every entry of a mean-field family, has none by construction.{words}</p>

            """
        );
    }

    /// <summary>Two standard errors of a correlation of 0 from the smallest set of draws.</summary>
    private static double Noise(SharedDraws draws, List<int> fits) =>
        2 / Sqrt(fits.Min(i => draws.OfFits[i]![0].Length));

    private static Markup Chart(ComparedRuns run, SharedDraws draws, List<int> fits, Pair pair, int reference)
    {
        var (x, y) = (draws.Entries[pair.A].Name, draws.Entries[pair.B].Name);
        Series[] cloud = fits.Contains(reference) ? [Cloud(run, draws, pair, reference, -1)] : [];
        var ofReference = cloud.Length > 0 ? $"Points are draws of {run.Comparison.Reference}. " : "";
        var ellipses = new XyChart
        {
            Id = $"pair-{x}-{y}",
            Title = $"{x} and {y}",
            Caption =
                $"{ofReference}Each ellipse holds 90 % of the normal distribution with a fit's means, standard deviations and correlation; the buttons "
                + "show a fit's own draws.",
            X = new Axis(x),
            Y = new Axis(y),
            Series = [.. cloud, .. fits.Select(i => Ellipse(run, draws, pair, i, reference))],
        };
        var views = fits.Where(i => i != reference)
            .Select(i => new ChartView(
                run.Comparison.Fits[i].Label,
                ellipses with
                {
                    Series = [.. cloud, Cloud(run, draws, pair, i, i)],
                }
            ));
        return ChartFigure.Of(ellipses, [new ChartView("All, as ellipses", ellipses), .. views]);
    }

    private static Series Cloud(ComparedRuns run, SharedDraws draws, Pair pair, int fit, int color)
    {
        var (x, y) = (draws.OfFits[fit]![pair.A], draws.OfFits[fit]![pair.B]);
        var shown = Curves.Sample(x.Length, MostDots);
        return Curves.Through(
            $"{run.Comparison.Fits[fit].Label}, draws",
            [.. shown.Select(s => x[s])],
            [.. shown.Select(s => y[s])],
            color,
            "points"
        );
    }

    private static Series Ellipse(ComparedRuns run, SharedDraws draws, Pair pair, int fit, int reference)
    {
        var (x, y) = (draws.OfFits[fit]![pair.A], draws.OfFits[fit]![pair.B]);
        var (across, up) = Curves.Ellipse(
            (x.Average(), y.Average()),
            x.Variance(),
            x.Covariance(y),
            y.Variance(),
            Radius
        );
        var style = fit == reference ? "line" : "dashed";
        return Curves.Through(run.Comparison.Fits[fit].Label, across, up, fit, style);
    }

    /// <summary>Two entries and their correlation in every fit.</summary>
    /// <param name="Correlations">By fit; not a number where a fit has no draws.</param>
    /// <param name="Leading">The fit whose correlations rank the pairs.</param>
    private sealed record Pair(int A, int B, double[] Correlations, int Leading)
    {
        public double Strength => Abs(Correlations[Leading]);
    }
}
