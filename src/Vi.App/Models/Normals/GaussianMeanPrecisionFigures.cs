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
                FigureText.Of("gaussian-mean-precision", "mean", data.Name),
                Pair("q(mu)", means, mean, Marginal.Of(Distribution.MarginalMean(exact)))
            ),
            Chart.Xy(
                FigureText.Of("gaussian-mean-precision", "precision", data.Name),
                Pair("q(tau)", precisions, precision, exactPrecision)
            ),
            Chart.Surface(
                FigureText.Of("gaussian-mean-precision", "joint", data.Name),
                means,
                precisions,
                (mu, tau) => exactPrecision.Density(tau) * Distribution.Density(Given(tau), mu),
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
