namespace Vi.App.Models.Normals;

/// <summary>Figures of the gaussian-mean model: densities, the ELBO's landscape, and how it splits the evidence.</summary>
internal sealed class GaussianMeanFigures(
    OneColumn data,
    GaussianMeanPrior prior,
    Moments moments,
    Normal posterior,
    double logEvidence
)
{
    private readonly double sd = Distribution.Sd(posterior);
    private readonly double priorSd = Distribution.Sd(prior.Mean);

    public IReadOnlyList<Exhibit> Make(Normal q, Marginal predictive) =>
        [Densities(q), Surface(), AgainstDivergence(), AlongPath(), Predictive(predictive)];

    private double Elbo(double mean, double sd) => GaussianMeanModel.Elbo(prior, moments, mean, sd);

    private XyChart Densities(Normal q)
    {
        var (ownSd, centre) = (Distribution.Sd(q), prior.Mean.Mean);
        var grid = Curves.Grid(
            Min(q.Mean - (6 * ownSd), centre - (2 * priorSd)),
            Max(q.Mean + (6 * ownSd), centre + (2 * priorSd)),
            401
        );
        var likelihood = new Normal(moments.Mean[0], prior.NoiseVariance / moments.Weight);
        return Chart.Xy(
            FigureText.Of("gaussian-mean", "densities", q.Mean, ownSd, data.Name),
            Curves.Line("prior", grid, x => Distribution.Density(prior.Mean, x), -1, "dashed"),
            Curves.Line("likelihood", grid, x => Distribution.Density(likelihood, x), 1, "dotted"),
            Curves.Line("posterior q(mu)", grid, x => Distribution.Density(q, x), 0)
        );
    }

    private HeatmapChart Surface() =>
        Chart.Surface(
            FigureText.Of("gaussian-mean", "elbo-surface", logEvidence),
            Curves.Grid(posterior.Mean - (6 * sd), posterior.Mean + (6 * sd), 61),
            Curves.LogGrid(sd / 4, sd * 4, 61),
            Elbo,
            Curves.Through("posterior", [posterior.Mean], [sd], 1, "points")
        );

    private XyChart AgainstDivergence()
    {
        var grid = Curves.Grid(posterior.Mean - (5 * sd), posterior.Mean + (5 * sd));
        double Divergence(double mean) => Distribution.Divergence(new Normal(mean, posterior.Variance), posterior);
        return Chart.Xy(
            FigureText.Of("gaussian-mean", "elbo-against-kl"),
            Curves.Line("ELBO(q)", grid, m => Elbo(m, sd), 0),
            Curves.Line("KL(q ‖ posterior)", grid, Divergence, 1),
            Curves.Line("ELBO + KL", grid, m => Elbo(m, sd) + Divergence(m), 2, "dashed")
        ) with
        {
            References = [new ReferenceLine("y", logEvidence, "log evidence")],
        };
    }

    private XyChart AlongPath()
    {
        var steps = Curves.Grid(0, 1, 101);
        Normal At(double t)
        {
            var mean = prior.Mean.Mean + (t * (posterior.Mean - prior.Mean.Mean));
            var at = Exp(((1 - t) * Log(priorSd)) + (t * Log(sd)));
            return new Normal(mean, at * at);
        }

        double[] elbo = [.. steps.Select(t => Elbo(At(t).Mean, Distribution.Sd(At(t))))];
        var evidence = steps.Select((t, i) => elbo[i] + Distribution.Divergence(At(t), posterior));
        return Chart.Xy(
            FigureText.Of("gaussian-mean", "decomposition", logEvidence),
            Curves.Band("KL(q ‖ posterior)", steps, elbo, evidence, 1),
            Curves.Through("ELBO(q)", steps, elbo, 0)
        ) with
        {
            References = [new ReferenceLine("y", logEvidence, "log evidence")],
        };
    }

    private XyChart Predictive(Marginal predictive)
    {
        var (mean, width) = (predictive.Mean, 4 * predictive.Sd);
        return ModelFigures.Predictive(
            data,
            $"The predictive distribution N({Significant(mean)}, {Significant(predictive.Sd)}²)",
            predictive,
            Curves.Grid(Min(mean - width, data.Values.Min()), Max(mean + width, data.Values.Max()))
        );
    }
}
