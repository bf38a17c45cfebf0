using Vi.App.Models.Programs;
using Vi.Math;

namespace Vi.App.Models.Regression;

/// <summary>Settings of <see cref="LinearRegression"/>.</summary>
internal sealed record LinearRegressionSettings
{
    [Setting("precision of the weights' normal prior, 1 / (target unit per column unit) squared", ExclusiveMinimum = 0)]
    public double Alpha { get; init; } = 1;

    [Setting("shape of the noise precision's Gamma prior", ExclusiveMinimum = 0)]
    public double A0 { get; init; } = 1;

    [Setting("rate of the noise precision's Gamma prior, in the target's unit squared", ExclusiveMinimum = 0)]
    public double B0 { get; init; } = 1;

    [Setting("whether there is an intercept; the columns are then centred")]
    public bool Intercept { get; init; } = true;

    [Setting("prior mean of the intercept, the expected target at the columns' means [the target's mean]")]
    public double? InterceptMean { get; init; }

    [Setting("prior standard deviation of the intercept [10 standard deviations of the target]", ExclusiveMinimum = 0)]
    public double? InterceptSd { get; init; }

    [Setting("whether each weight's precision is learned (automatic relevance determination); alpha is then not used")]
    public bool Ard { get; init; }

    [Setting("shape of each weight precision's Gamma prior, with ard", ExclusiveMinimum = 0)]
    public double ArdShape { get; init; } = 0.01;

    [Setting("rate of each weight precision's Gamma prior, with ard", ExclusiveMinimum = 0)]
    public double ArdRate { get; init; } = 0.01;
}

/// <summary>Bayesian linear regression with unknown noise.</summary>
internal sealed class LinearRegression()
    : Model<LinearRegressionSettings>(
        "linear-regression",
        DataNeed.ColumnsAndTarget,
        Provision.Sweeps | Provision.RowStatistics | Provision.Stream | Provision.LogDensity | Provision.Conditionals
    )
{
    public override ModelRecord Description =>
        new()
        {
            Type = Type,
            Title = "Linear regression",
            Summary =
                "The target is a weighted sum of the columns plus normal noise of unknown size. The weights have a normal prior, whose "
                + "precision is given or, with ard, learned for each weight, so that columns that explain nothing are turned off.",
            Formulas =
            [
                new("Target", @"y_n \mid x_n \sim \mathcal N\!\left(b + (x_n - \bar x)^\top w,\; \tau^{-1}\right)"),
                new(
                    "Weights",
                    @"w_d \sim \mathcal N(0, \alpha^{-1}) \quad\text{or, with ard,}\quad \mathcal N(0, \alpha_d^{-1}),\; \alpha_d \sim \mathrm{Gamma}"
                ),
                new("Noise", @"\tau \sim \mathrm{Gamma}(a_0, b_0)"),
                new(
                    "Update of q(w)",
                    @"\Sigma_w = \left(\mathbb E[\alpha] I + \mathbb E[\tau] X^\top X\right)^{-1}, \quad \mu_w = \mathbb E[\tau]\, \Sigma_w X^\top y",
                    FormulaScope.CoordinateAscent
                ),
                new(
                    "Update of q(tau)",
                    @"a_N = a_0 + \tfrac N2, \quad b_N = b_0 + \tfrac12\, \mathbb E\,\lVert y - b - X w \rVert^2",
                    FormulaScope.CoordinateAscent
                ),
            ],
            Approximation =
                "q(w) q(b) q(tau), with ard also q(alpha): normal, normal, gamma. The exact posterior ties w and tau a little; where alpha is "
                + "given the exact evidence is computed by quadrature, and the difference is reported.",
        };

    protected override string ExampleText =>
        """
            { "data": { "synthetic": { "generator": "linear-regression", "n": 200, "test": 50, "weights": [2, -1.5, 0.5], "noiseSd": 0.5 } },
              "model": { "alpha": 1, "a0": 1, "b0": 1 } }
            """;

    protected override IPreparedFit Prepare(FitRequest request, LinearRegressionSettings settings)
    {
        var rows = request.Rows();
        var moments = Statistics.Moments(rows);
        var prior = Prior(settings, moments);
        if (request.Inference is DensitySettings)
        {
            return new ProgramFit(
                request,
                ProgramModels.LinearRegression(prior, ProgramData.Design(request), ProgramData.Target(request)),
                new ProgramPresentation
                {
                    Quantities = new RegressionQuantities(request.RequireData()).All,
                    Diagnostics = draws => RegressionPredictions.OfDraws(request.RequireData(), draws.Draws),
                }
            );
        }

        return new SweepFit<RegressionPosterior>(
            LinearRegressionModel.Fit(prior, rows, moments, request.FitOptions()),
            sweep => new RegressionAnswer(request, settings, prior, moments, sweep).Make()
        );
    }

    private static LinearRegressionPrior Prior(LinearRegressionSettings settings, Moments moments)
    {
        var prior = settings.Ard
            ? LinearRegressionModel.RelevancePrior(settings.ArdShape, settings.ArdRate, settings.A0, settings.B0)
            : LinearRegressionModel.Prior(settings.Alpha, settings.A0, settings.B0);
        if (!settings.Intercept)
        {
            return prior;
        }

        var (mean, sd) = InterceptPrior(settings, moments);
        return LinearRegressionModel.WithIntercept(prior, mean, sd);
    }

    /// <summary>Mean and standard deviation of the intercept's prior, from the target's moments where the settings are silent.</summary>
    internal static (double Mean, double Sd) InterceptPrior(LinearRegressionSettings settings, Moments moments)
    {
        var target = moments.Mean.Length - 1;
        var sd = moments.Weight > 1 ? System.Math.Sqrt(moments.Scatter[target, target] / (moments.Weight - 1)) : 0;
        return (
            settings.InterceptMean ?? moments.Mean[target],
            settings.InterceptSd
                ?? (
                    sd > 0
                        ? 10 * sd
                        : throw new ExperimentException(
                            "model.interceptSd",
                            "the target does not vary, so there is no default for this setting: give it, or \"intercept\": false"
                        )
                )
        );
    }
}
