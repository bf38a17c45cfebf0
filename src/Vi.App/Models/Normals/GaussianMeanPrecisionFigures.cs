namespace Vi.App.Models.Normals;

/// <summary>Figures of the model with unknown mean and precision: q next to the exact posterior.</summary>
internal static class GaussianMeanPrecisionFigures
{
    public static IReadOnlyList<Exhibit> Of(
        OneColumn data,
        NormalGamma exact,
        GaussianMeanPrecisionPosterior q,
        Marginal predictive
    )
    {
        var exactPrecision = Marginal.Of(new Gamma(exact.Shape, exact.Rate));
        var (mean, precision) = (Marginal.Of(q.Mean), Marginal.Of(q.Precision));
        var means = Curves.Grid(mean.Mean - (5 * mean.Sd), mean.Mean + (5 * mean.Sd), 61);
        var precisions = Curves.Grid(
            Max(exactPrecision.Mean * 0.02, exactPrecision.Mean - (4 * exactPrecision.Sd)),
            exactPrecision.Mean + (4 * exactPrecision.Sd),
            61
        );
        var (x, y) = ($"mu (unit of {data.Name})", $"tau (1 / unit of {data.Name} squared)");
        var (ellipseX, ellipseY) = Curves.Ellipse(
            (mean.Mean, precision.Mean),
            q.Mean.Variance,
            0,
            precision.Sd * precision.Sd,
            2
        );
        return
        [
            Chart.Xy(
                "mean",
                "The mean: q against the exact posterior",
                "The exact marginal is a Student-t distribution; what q lacks in its tails is the price of taking mu and tau apart.",
                x,
                "density",
                Pair("q(mu)", means, mean, Marginal.Of(Distribution.MarginalMean(exact)))
            ),
            Chart.Xy(
                "precision",
                "The precision: q against the exact posterior",
                "Both are gamma distributions.",
                y,
                "density",
                Pair("q(tau)", precisions, precision, exactPrecision)
            ),
            Chart.Surface(
                "joint",
                "Mean and precision together",
                "The colour is the exact joint density: where the precision is low the mean is less certain. The curve is q at two "
                    + "standard deviations, which knows nothing of that.",
                (x, means),
                (y, precisions),
                ("exact density", (mu, tau) => exactPrecision.Density(tau) * Distribution.Density(Given(tau), mu)),
                Curves.Through("q at 2 sd", ellipseX, ellipseY, 1)
            ),
            ModelFigures.Predictive(
                data,
                "The predictive distribution is a Student-t",
                predictive,
                Curves.Grid((2 * predictive.Mean) - predictive.Quantile(0.999), predictive.Quantile(0.999))
            ),
        ];

        Normal Given(double tau) => new(exact.Mean, 1 / (exact.PrecisionScale * tau));
    }

    private static Series[] Pair(string name, double[] grid, Marginal own, Marginal exact) =>
        [Curves.Line("exact posterior", grid, exact.Density, 1, "dashed"), Curves.Line(name, grid, own.Density, 0)];
}
