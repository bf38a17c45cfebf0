using Vi.Math;

namespace Vi.App.Models.Normals;

/// <summary>Figures of the model with unknown mean and precision: q next to the exact posterior.</summary>
internal static class GaussianMeanPrecisionFigures
{
    public static IReadOnlyList<Exhibit> Of(
        OneColumn data,
        NormalGamma prior,
        Moments moments,
        GaussianMeanPrecisionPosterior q
    )
    {
        var exact = GaussianMeanPrecisionModel.Posterior(prior, moments);
        var precision = Marginal.Of(new Gamma(exact.Shape, exact.Rate));
        var sd = Distribution.Sd(q.Mean);
        var means = Curves.Grid(q.Mean.Mean - (5 * sd), q.Mean.Mean + (5 * sd), 61);
        var precisions = Curves.Grid(
            System.Math.Max(precision.Mean * 0.02, precision.Mean - (4 * precision.Sd)),
            precision.Mean + (4 * precision.Sd),
            61
        );
        var (x, y) = (new Axis($"mu (unit of {data.Name})"), new Axis($"tau (1 / unit of {data.Name} squared)"));
        var predictive = Marginal.Of(GaussianMeanPrecisionModel.Predictive(q));
        return
        [
            new XyChart
            {
                Id = "mean",
                Title = "The mean: q against the exact posterior",
                Caption =
                    "The exact marginal is a Student-t distribution; what q lacks in its tails is the price of taking mu and tau apart.",
                X = x,
                Y = new Axis("density"),
                Series = Pair("q(mu)", means, Marginal.Of(q.Mean), Marginal.Of(Distribution.MarginalMean(exact))),
            },
            new XyChart
            {
                Id = "precision",
                Title = "The precision: q against the exact posterior",
                Caption = "Both are gamma distributions.",
                X = y,
                Y = new Axis("density"),
                Series = Pair("q(tau)", precisions, Marginal.Of(q.Precision), precision),
            },
            Joint(exact, q, (x, means), (y, precisions)),
            ModelFigures.Predictive(
                data,
                "The predictive distribution is a Student-t",
                predictive,
                Curves.Grid((2 * predictive.Mean) - predictive.Quantile(0.999), predictive.Quantile(0.999))
            ),
        ];
    }

    private static Series[] Pair(string name, double[] grid, Marginal own, Marginal exact) =>
        [Curves.Line("exact posterior", grid, exact.Density, 1, "dashed"), Curves.Line(name, grid, own.Density, 0)];

    private static HeatmapChart Joint(
        NormalGamma exact,
        GaussianMeanPrecisionPosterior q,
        (Axis Axis, double[] Grid) means,
        (Axis Axis, double[] Grid) precisions
    )
    {
        var precision = new Gamma(exact.Shape, exact.Rate);
        var own = Marginal.Of(q.Precision);
        var (ellipseX, ellipseY) = Curves.Ellipse((q.Mean.Mean, own.Mean), q.Mean.Variance, 0, own.Sd * own.Sd, 2);
        double[] Row(double tau)
        {
            var given = new Normal(exact.Mean, 1 / (exact.PrecisionScale * tau));
            return [.. means.Grid.Select(mu => Distribution.Density(precision, tau) * Distribution.Density(given, mu))];
        }

        return new HeatmapChart
        {
            Id = "joint",
            Title = "Mean and precision together",
            Caption =
                "The colour is the exact joint density: where the precision is low the mean is less certain. The curve is q at two "
                + "standard deviations, which knows nothing of that.",
            X = means.Axis,
            Y = precisions.Axis,
            ValueTitle = "exact density",
            GridX = means.Grid,
            GridY = precisions.Grid,
            Values = [.. precisions.Grid.Select(Row)],
            Overlays = [Curves.Through("q at 2 sd", ellipseX, ellipseY, 1)],
        };
    }
}
