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

    internal static Markup Of(ComparedPage page)
    {
        var draws = SharedDraws.Of(page, MostEntries);
        var drawn = page.Fits.Where(fit => draws.OfFits[fit.At] is not null).ToList();
        var pairs = drawn.Count < 2 ? [] : Pairs(draws, drawn);
        var charts = pairs
            .Where((pair, k) => k == 0 || pair.Strength >= Notable)
            .Take(MostCharts)
            .Select(pair => Chart(page, drawn, pair));
        return pairs.Count == 0 ? Markup.Empty : Markup.Concat([Correlations(page, draws, drawn, pairs), .. charts]);
    }

    /// <summary>The pairs with the strongest correlations in the reference, or where it has no draws, in the first fit that has.</summary>
    private static List<Pair> Pairs(SharedDraws draws, List<Fit> drawn)
    {
        var leading = drawn.Find(fit => fit.IsReference) ?? drawn[0];
        return Enumerable
            .Range(0, draws.Entries.Count)
            .SelectMany(b => Enumerable.Range(0, b).Select(a => (a, b)))
            .Where(pair =>
                !drawn.TrueForAll(fit => AreOne(draws.OfFits[fit.At]![pair.a], draws.OfFits[fit.At]![pair.b]))
            )
            .Select(pair => new Pair(
                draws.Entries[pair.a].Name,
                draws.Entries[pair.b].Name,
                draws.OfFits.Select(fit => fit is null ? default : (fit[pair.a], fit[pair.b])).ToList(),
                leading.At
            ))
            .OrderByDescending(pair => pair.Strength)
            .Take(MostPairs)
            .ToList();
    }

    private static bool AreOne(double[] a, double[] b) => Abs(Correlation.Spearman(a, b)) >= OneQuantity;

    private static Markup Correlations(ComparedPage page, SharedDraws draws, List<Fit> drawn, List<Pair> pairs)
    {
        var without = page.Fits.Except(drawn).Select(fit => fit.Label).ToList();
        var words = without.Count > 0 ? $" Without draws: {string.Join(", ", without)}." : "";
        // Two standard errors of a correlation of 0 from the smallest set of draws.
        var noise = 2 / Sqrt(drawn.Min(fit => draws.OfFits[fit.At]![0].Length));
        var table = Table.Of<Pair>(
            "Correlations",
            pairs,
            [
                new("correlation of", pair => $"{pair.X} and {pair.Y}"),
                .. drawn.Select(fit => new Column<Pair>(fit.Label, pair => pair.Correlation(fit.At))),
            ]
        );
        return Markup.Of(
            $"""
            {table}
            <p class="muted">From draws, so within about {Numbers.Significant(
                noise
            )} of zero where there is no correlation. A factor of
            its own, and so every entry of a mean-field family, has none by construction.{words}</p>

            """
        );
    }

    private static Markup Chart(ComparedPage page, List<Fit> drawn, Pair pair)
    {
        var cloud = drawn.Where(fit => fit.IsReference).Select(fit => Cloud(fit, pair, -1)).ToList();
        var ofReference = cloud.Count > 0 ? $"Points are draws of {page.Comparison.Reference}. " : "";
        var ellipses = new XyChart
        {
            Id = $"pair-{pair.X}-{pair.Y}",
            Title = $"{pair.X} and {pair.Y}",
            Caption =
                $"{ofReference}Each ellipse holds 90 % of the normal distribution with a fit's means, standard deviations and correlation; the buttons "
                + "show a fit's own draws.",
            X = pair.X,
            Y = pair.Y,
            Series = [.. cloud, .. drawn.Select(fit => Ellipse(fit, pair))],
        };
        var views = drawn
            .Where(fit => !fit.IsReference)
            .Select(fit => new ChartView(fit.Label, ellipses with { Series = [.. cloud, Cloud(fit, pair, fit.At)] }));
        return ChartFigure.Of(ellipses, [new ChartView("All, as ellipses", ellipses), .. views]);
    }

    private static Series Cloud(Fit fit, Pair pair, int color)
    {
        var (x, y) = pair.Draws[fit.At];
        var shown = Curves.Sample(x.Length, MostDots);
        return Curves.Through($"{fit.Label}, draws", shown.Select(s => x[s]), shown.Select(s => y[s]), color, "points");
    }

    private static Series Ellipse(Fit fit, Pair pair)
    {
        var (x, y) = pair.Draws[fit.At];
        var centre = (x.Average(), y.Average());
        var (across, up) = Curves.Ellipse(centre, x.Variance(), x.Covariance(y), y.Variance(), Radius);
        return Curves.Through(fit.Label, across, up, fit.At, fit.Style);
    }

    /// <summary>Two entries.</summary>
    /// <param name="Draws">Their draws by fit; null where a fit has none.</param>
    /// <param name="Leading">The fit whose correlations rank the pairs.</param>
    private sealed record Pair(string X, string Y, IReadOnlyList<(double[] X, double[] Y)> Draws, int Leading)
    {
        public double Strength { get; } = Abs(Correlation(Draws[Leading]));

        public double Correlation(int fit) => Correlation(Draws[fit]);

        private static double Correlation((double[] X, double[] Y) draws) =>
            MathNet.Numerics.Statistics.Correlation.Pearson(draws.X, draws.Y);
    }
}
