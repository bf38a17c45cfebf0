using Vi.App.Models.Priors;
using Vi.Math;

namespace Vi.App.Models.Regimes;

/// <summary>Settings of <see cref="RegimeSwitching"/>.</summary>
internal sealed record RegimeSwitchingSettings : INormalWishartSettings
{
    [Setting("number S of states of the hidden chain", Minimum = 1, Maximum = 100)]
    public required int States { get; init; }

    [Setting("Dirichlet concentration of every initial and transition probability", Minimum = 0.005)]
    public double Concentration { get; init; } = 1;

    [Setting("concentration added to each state's probability of staying", Minimum = 0)]
    public double Stickiness { get; init; }

    [Setting("rows that the prior of a state's mean is worth", ExclusiveMinimum = 0)]
    public double Beta0 { get; init; } = 1;

    [Setting("degrees of freedom of the Wishart prior, above D - 1 [the number of columns D]", ExclusiveMinimum = 0)]
    public double? Nu0 { get; init; }

    [Setting("prior mean of the states' means, one number a column [the data's mean]")]
    public IReadOnlyList<double>? M0 { get; init; }

    [JsonPropertyName("W0")]
    [Setting("scale matrix W0 of the Wishart prior, D x D; its mean is nu0 W0 [inverse of the data's covariance]")]
    public IReadOnlyList<IReadOnlyList<double>>? W0 { get; init; }
}

/// <summary>Hidden Markov chain of multivariate normal states.</summary>
internal sealed class RegimeSwitching()
    : Model<RegimeSwitchingSettings>("regime-switching", DataNeed.Columns, Provision.Sweeps)
{
    public override bool DependsOnStart => true;

    public override ModelRecord Description =>
        new()
        {
            Type = Type,
            Title = "Regimes of a time series",
            Summary =
                "The rows are a time series in order. At each time it is in one of S hidden states, each a normal distribution with its own "
                + "mean and covariance, and it moves from state to state by fixed probabilities. States may differ in level, in volatility, or in "
                + "both; they are listed by increasing volatility.",
            Formulas =
            [
                new(
                    "Path",
                    @"z_1 \sim \mathrm{Categorical}(\pi), \quad z_t \mid z_{t-1} = i \sim \mathrm{Categorical}(A_i)"
                ),
                new("Rows", @"x_t \mid z_t = k \sim \mathcal N(\mu_k, \Lambda_k^{-1})"),
                new(
                    "Chain",
                    @"\pi \sim \mathrm{Dirichlet}(\alpha_0), \quad A_i \sim \mathrm{Dirichlet}(\alpha_0 + s\, e_i)"
                ),
                new(
                    "States",
                    @"\Lambda_k \sim \mathrm{Wishart}(W_0, \nu_0), \quad \mu_k \mid \Lambda_k \sim \mathcal N\!\left(m_0, (\beta_0 \Lambda_k)^{-1}\right)"
                ),
                new(
                    "Update of q(path)",
                    @"q(z_{1:T}) \propto \exp\Big(\mathbb E \log \pi_{z_1} + \sum_{t>1} \mathbb E \log A_{z_{t-1} z_t} + \sum_t \mathbb E \log \mathcal N(x_t \mid \mu_{z_t}, \Lambda_{z_t}^{-1})\Big)",
                    FormulaScope.CoordinateAscent
                ),
                new(
                    "Update of q(A)",
                    @"q(A_i) = \mathrm{Dirichlet}\big(\alpha_0 + s\, e_i + C_i\big), \quad C_{ij} = \sum_{t>1} q(z_{t-1} = i, z_t = j)",
                    FormulaScope.CoordinateAscent
                ),
            ],
            Approximation =
                "q(path) q(pi) q(A) q(mu, Lambda): the path keeps all of its dependence in time (forward-backward), and is independent of the "
                + "parameters. Relabelling the states gives other, equally good optima. The bound has all of its "
                + "nine terms, so bounds of different S can be compared.",
        };

    protected override string ExampleText =>
        """
            { "data": { "synthetic": { "generator": "regime-switching", "n": 1000, "means": [0.0005, -0.0002], "sds": [0.01, 0.03],
                "transitions": [[0.98, 0.02], [0.05, 0.95]] } },
              "model": { "states": 2 },
              "inference": { "algorithm": "cavi", "restarts": 5 } }
            """;

    protected override IPreparedFit Prepare(FitRequest request, RegimeSwitchingSettings settings)
    {
        var data = request.RequireData();
        ChainMemory.Require(
            data.RowCount,
            data.ColumnNames.Count,
            settings.States,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
        );
        var rows = request.Rows();
        var state = NormalWishartPriors.Of(settings, data, Statistics.Moments(rows), Problems(settings, data));
        var prior = RegimeSwitchingModel.Prior(
            settings.States,
            settings.Concentration,
            settings.Stickiness,
            state.Mean,
            state.PrecisionScale,
            state.DegreesOfFreedom,
            state.InverseScale
        );
        return new SweepFit<RegimeSwitchingPosterior>(
            RegimeSwitchingModel.Fit(prior, rows, request.FitOptions()),
            sweep => new RegimeAnswer(request, prior, rows, sweep).Make()
        );
    }

    private static IEnumerable<Problem> Problems(RegimeSwitchingSettings settings, Data.Dataset data)
    {
        if (settings.States > data.RowCount)
        {
            yield return new(
                "model.states",
                $"{settings.States} states for {data.RowCount} rows; at most as many states as rows are allowed"
            );
        }
    }
}
