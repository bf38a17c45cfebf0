using Vi.App.Models.Priors;

namespace Vi.App.Models.Mixture;

/// <summary>Settings of <see cref="GaussianMixture"/>.</summary>
internal sealed record GaussianMixtureSettings : INormalWishartSettings
{
    [Setting("number K of components; those that the data do not need end up empty", Minimum = 1)]
    public required int Components { get; init; }

    [Setting("prior of the weights")]
    public MixtureWeights Weights { get; init; }

    [Setting(
        "Dirichlet concentration of each component, or with stick-breaking that of the Dirichlet process; small values empty more components",
        ExclusiveMinimum = 0
    )]
    public double Concentration { get; init; } = 1;

    [Setting(
        "covariance of the components: full, each its own; tied, one for all; diagonal, each its own variances of independent columns"
    )]
    public MixtureCovariance Covariance { get; init; }

    [Setting("rows that the prior of a component's mean is worth", ExclusiveMinimum = 0)]
    public double Beta0 { get; init; } = 1;

    [Setting(
        "degrees of freedom of the Wishart prior, above D - 1 [the number of columns D]; with diagonal covariance of each column's, above 0 [1]",
        ExclusiveMinimum = 0
    )]
    public double? Nu0 { get; init; }

    [Setting("prior mean of the components' means, one number a column [the data's mean]")]
    public IReadOnlyList<double>? M0 { get; init; }

    /// <summary>Scale matrix of the Wishart prior.</summary>
    [JsonPropertyName("W0")]
    [Setting(
        "scale matrix W0 of the Wishart prior, D x D, diagonal with diagonal covariance; its mean is nu0 W0 [inverse of the data's covariance]"
    )]
    public IReadOnlyList<IReadOnlyList<double>>? W0 { get; init; }
}

/// <summary>Mixture of multivariate normal distributions.</summary>
internal sealed class GaussianMixture()
    : Model<GaussianMixtureSettings>(
        "gaussian-mixture",
        DataNeed.Columns,
        Provision.Sweeps | Provision.RowStatistics | Provision.Stream
    )
{
    public override bool DependsOnStart => true;

    public override ModelRecord Description =>
        new()
        {
            Type = Type,
            Title = "Mixture of normal distributions",
            Summary =
                "Every row comes from one of K clusters, each a normal distribution with its own mean; which one is not known. Covariances are each "
                + "cluster's own (full), one for all clusters (tied), or variances of columns that are independent within a cluster (diagonal). "
                + "Components that the data do not need end up empty, so K is an upper limit rather than a guess.",
            Formulas =
            [
                new(
                    "Weights and clusters",
                    @"\pi \sim \mathrm{Dirichlet}(\alpha_0), \quad z_n \sim \mathrm{Categorical}(\pi)"
                ),
                new(
                    "Weights with stick-breaking",
                    @"\pi_k = v_k \textstyle\prod_{j<k} (1 - v_j), \quad v_k \sim \mathrm{Beta}(1, \alpha_0), \; k < K"
                ),
                new("Rows", @"x_n \mid z_n = k \sim \mathcal N(\mu_k, \Lambda_k^{-1})"),
                new(
                    "Components",
                    @"\Lambda_k \sim \mathrm{Wishart}(W_0, \nu_0), \quad \mu_k \mid \Lambda_k \sim \mathcal N\!\left(m_0, (\beta_0 \Lambda_k)^{-1}\right)"
                ),
                new(
                    "Components with tied covariance",
                    @"\Lambda \sim \mathrm{Wishart}(W_0, \nu_0), \quad \mu_k \mid \Lambda \sim \mathcal N\!\left(m_0, (\beta_0 \Lambda)^{-1}\right)"
                ),
                new(
                    "Components with diagonal covariance",
                    @"\tau_{kj} \sim \mathrm{Gamma}\!\left(\tfrac{\nu_0}2, \tfrac{(W_0^{-1})_{jj}}2\right), \quad \mu_{kj} \mid \tau_{kj} \sim \mathcal N\!\left(m_{0j}, (\beta_0 \tau_{kj})^{-1}\right)"
                ),
                new(
                    "Update of q(z)",
                    @"\log r_{nk} = \mathbb E[\log \pi_k] + \tfrac12 \mathbb E[\log \lvert\Lambda_k\rvert] - \tfrac12\, \mathbb E\!\left[(x_n - \mu_k)^\top \Lambda_k (x_n - \mu_k)\right] + \mathrm{const}",
                    FormulaScope.CoordinateAscent
                ),
                new(
                    "Update of the components",
                    @"\beta_k = \beta_0 + N_k,\quad \nu_k = \nu_0 + N_k,\quad W_k^{-1} = W_0^{-1} + S_k + \tfrac{\beta_0 N_k}{\beta_0 + N_k} (\bar x_k - m_0)(\bar x_k - m_0)^\top",
                    FormulaScope.CoordinateAscent
                ),
                new(
                    "Update with tied covariance",
                    @"\nu = \nu_0 + N,\quad W^{-1} = W_0^{-1} + \sum_k \left( S_k + \tfrac{\beta_0 N_k}{\beta_0 + N_k} (\bar x_k - m_0)(\bar x_k - m_0)^\top \right)",
                    FormulaScope.CoordinateAscent
                ),
                new(
                    "Update with diagonal covariance",
                    @"a_{kj} = \tfrac{\nu_0 + N_k}2,\quad b_{kj} = \tfrac12 \left( (W_0^{-1})_{jj} + S_{kjj} + \tfrac{\beta_0 N_k}{\beta_0 + N_k} (\bar x_{kj} - m_{0j})^2 \right)",
                    FormulaScope.CoordinateAscent
                ),
            ],
            Approximation =
                "q(z) q(pi) q(mu, Lambda): a categorical for every row, a Dirichlet (with stick-breaking K - 1 Beta shares "
                + "instead), and a normal-Wishart for every component; with tied covariance one factor q(mu_1 ... mu_K, Lambda), with diagonal covariance "
                + "a normal-gamma for every component and column. Relabelling the "
                + "components gives other, equally good optima, so the true evidence is higher than the bound by up to log K! on that account. "
                + "The bound has all of its seven terms, so bounds of different K, weights and covariances can be compared.",
        };

    protected override string ExampleText =>
        """
            { "data": { "synthetic": { "generator": "gaussian-mixture", "n": 500, "weights": [0.3, 0.4, 0.3], "means": [[-3, -3], [0, 4], [4, 0]],
                "covariances": [[[0.5, 0.2], [0.2, 0.5]], [[1.0, 0], [0, 0.3]], [[0.3, -0.1], [-0.1, 0.8]]] } },
              "model": { "components": 6 },
              "inference": { "algorithm": "cavi", "restarts": 5 } }
            """;

    protected override IPreparedFit Prepare(FitRequest request, GaussianMixtureSettings settings)
    {
        var rows = request.Rows();
        var moments = Statistics.Moments(rows);
        var design = MixturePriors.Of(settings, request.RequireData(), moments);
        return new SweepFit<FittedMixture>(
            GaussianMixtureModel.Fit(design, rows, request.FitOptions()),
            sweep =>
                new MixtureAnswer(
                    request,
                    design,
                    moments,
                    sweep.Posterior,
                    sweep.Elbo,
                    AscentResponse.Of(request, sweep, options => sweep.Posterior.LinearResponse(rows, options))
                ).Make()
        );
    }
}
