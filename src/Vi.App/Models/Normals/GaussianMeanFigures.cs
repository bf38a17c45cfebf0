using Vi.Math;

namespace Vi.App.Models.Normals;

/// <summary>Figures of the gaussian-mean model: densities, the ELBO's landscape, and how it splits the evidence.</summary>
internal static class GaussianMeanFigures
{
    public static IReadOnlyList<Exhibit> Of(
        OneColumn data,
        GaussianMeanPrior prior,
        Moments moments,
        Normal q,
        Normal posterior,
        double logEvidence
    ) =>
        [
            Densities(data, prior, q, moments),
            Surface(prior, moments, posterior, logEvidence),
            AgainstDivergence(prior, moments, posterior, logEvidence),
            AlongPath(prior, moments, posterior, logEvidence),
            Predictive(data, prior, q),
        ];

    private static XyChart Densities(OneColumn data, GaussianMeanPrior prior, Normal q, Moments moments)
    {
        var (sd, priorSd) = (Distribution.Sd(q), Distribution.Sd(prior.Mean));
        var grid = Curves.Grid(
            System.Math.Min(q.Mean - (6 * sd), prior.Mean.Mean - (2 * priorSd)),
            System.Math.Max(q.Mean + (6 * sd), prior.Mean.Mean + (2 * priorSd)),
            401
        );
        var likelihood = new Normal(moments.Mean[0], prior.NoiseVariance / moments.Weight);
        return new XyChart
        {
            Id = "densities",
            Title = "Prior, likelihood and posterior of the mean",
            Caption =
                $"The posterior is N({Numbers.Significant(q.Mean)}, {Numbers.Significant(sd)}²). The likelihood is drawn as a density of mu.",
            X = new Axis($"mu (unit of {data.Name})"),
            Y = new Axis("density"),
            Series =
            [
                Curves.Line("prior", grid, x => Distribution.Density(prior.Mean, x), -1, "dashed"),
                Curves.Line("likelihood", grid, x => Distribution.Density(likelihood, x), 1, "dotted"),
                Curves.Line("posterior q(mu)", grid, x => Distribution.Density(q, x), 0),
            ],
        };
    }

    private static HeatmapChart Surface(GaussianMeanPrior prior, Moments moments, Normal posterior, double logEvidence)
    {
        var sd = Distribution.Sd(posterior);
        var means = Curves.Grid(posterior.Mean - (6 * sd), posterior.Mean + (6 * sd), 61);
        var sds = Curves.LogGrid(sd / 4, sd * 4, 61);
        return new HeatmapChart
        {
            Id = "elbo-surface",
            Title = "The bound over all normal q",
            Caption =
                $"The bound's only maximum, {Numbers.Significant(logEvidence)} nats, is the log evidence; it is reached where q is the posterior. "
                + "Too narrow a q loses more slowly than too wide a one.",
            X = new Axis("mean of q"),
            Y = new Axis("standard deviation of q", Logarithmic: true),
            ValueTitle = "ELBO (nats)",
            GridX = means,
            GridY = sds,
            Values = [.. sds.Select(s => means.Select(m => GaussianMeanModel.Elbo(prior, moments, m, s)).ToArray())],
            Overlays = [Curves.Through("posterior", [posterior.Mean], [sd], 1, "points")],
        };
    }

    private static XyChart AgainstDivergence(
        GaussianMeanPrior prior,
        Moments moments,
        Normal posterior,
        double logEvidence
    )
    {
        var sd = Distribution.Sd(posterior);
        var grid = Curves.Grid(posterior.Mean - (5 * sd), posterior.Mean + (5 * sd));
        double Elbo(double mean) => GaussianMeanModel.Elbo(prior, moments, mean, sd);
        double Divergence(double mean) => Distribution.Divergence(new Normal(mean, posterior.Variance), posterior);
        return new XyChart
        {
            Id = "elbo-against-kl",
            Title = "The bound and the KL divergence, as the mean of q moves",
            Caption =
                "Where the divergence rises the bound falls by as much: their sum is the log evidence at every q, so raising the one is "
                + "lowering the other.",
            X = new Axis("mean of q, its sd at the posterior's"),
            Y = new Axis("nats"),
            Series =
            [
                Curves.Line("ELBO(q)", grid, Elbo, 0),
                Curves.Line("KL(q ‖ posterior)", grid, Divergence, 1),
                Curves.Line("ELBO + KL", grid, m => Elbo(m) + Divergence(m), 2, "dashed"),
            ],
            References = [new ReferenceLine("y", logEvidence, "log evidence")],
        };
    }

    private static XyChart AlongPath(GaussianMeanPrior prior, Moments moments, Normal posterior, double logEvidence)
    {
        var steps = Curves.Grid(0, 1, 101);
        var (fromSd, toSd) = (Distribution.Sd(prior.Mean), Distribution.Sd(posterior));
        Normal At(double t)
        {
            var mean = prior.Mean.Mean + (t * (posterior.Mean - prior.Mean.Mean));
            var sd = System.Math.Exp(((1 - t) * System.Math.Log(fromSd)) + (t * System.Math.Log(toSd)));
            return new Normal(mean, sd * sd);
        }

        double[] elbo =
        [
            .. steps.Select(t => GaussianMeanModel.Elbo(prior, moments, At(t).Mean, Distribution.Sd(At(t)))),
        ];
        return new XyChart
        {
            Id = "decomposition",
            Title = "From the prior to the posterior: how the evidence splits",
            Caption =
                $"The band is the KL divergence. It closes as q goes from the prior (t = 0) to the posterior (t = 1): there the bound is the "
                + $"log evidence, {Numbers.Significant(logEvidence)} nats.",
            X = new Axis("t: mean and log sd of q from prior (0) to posterior (1)"),
            Y = new Axis("nats"),
            Series =
            [
                Curves.Band(
                    "KL(q ‖ posterior)",
                    steps,
                    elbo,
                    [.. steps.Select((t, i) => elbo[i] + Distribution.Divergence(At(t), posterior))],
                    1
                ),
                Curves.Through("ELBO(q)", steps, elbo, 0),
            ],
            References = [new ReferenceLine("y", logEvidence, "log evidence")],
        };
    }

    private static XyChart Predictive(OneColumn data, GaussianMeanPrior prior, Normal q)
    {
        var predictive = Marginal.Of(GaussianMeanModel.Predictive(prior, q));
        var (mean, sd) = (predictive.Mean, predictive.Sd);
        return ModelFigures.Predictive(
            data,
            $"The predictive distribution N({Numbers.Significant(mean)}, {Numbers.Significant(sd)}²)",
            predictive,
            Curves.Grid(
                System.Math.Min(mean - (4 * sd), data.Values.Min()),
                System.Math.Max(mean + (4 * sd), data.Values.Max())
            )
        );
    }
}
