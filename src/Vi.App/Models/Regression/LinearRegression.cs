using Vi.App.Models.Programs;

namespace Vi.App.Models.Regression;

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
    protected override IPreparedFit Prepare(FitRequest request, LinearRegressionSettings settings)
    {
        var rows = request.Rows();
        var moments = Statistics.Moments(rows);
        var prior = Prior(settings, moments);
        if (request.Inference is DensitySettings)
        {
            return new ProgramFit(
                request,
                ProgramModels.LinearRegression(
                    prior,
                    ProgramData.Design(request.RequireData()),
                    ProgramData.Target(request)
                ),
                new ProgramPresentation
                {
                    Quantities = new RegressionQuantities(request.RequireData()).All,
                    Diagnostics = draws => RegressionPredictions.OfDraws(request.RequireData(), draws.Draws),
                }
            );
        }

        return new SweepFit<RegressionPosterior>(
            request,
            LinearRegressionModel.Fit(prior, rows, moments, request.FitOptions()),
            sweep => new RegressionAnswer(request, settings, prior, moments, sweep).Make()
        )
        {
            Checker = q => LinearRegressionModel.Checker(prior, rows, q),
        };
    }

    private static LinearRegressionPrior Prior(LinearRegressionSettings settings, Moments moments)
    {
        var prior = settings.Ard
            ? LinearRegressionModel.RelevancePrior(settings.ArdShape, settings.ArdRate, settings.A0, settings.B0)
            : LinearRegressionModel.Prior(settings.Alpha, settings.A0, settings.B0);
        return InterceptPrior(settings, moments) is var (mean, sd)
            ? LinearRegressionModel.WithIntercept(prior, mean, sd)
            : prior;
    }

    /// <summary>
    /// Mean and standard deviation of the intercept's prior, from the target's moments where the settings are silent; null without an
    /// intercept.
    /// </summary>
    internal static (double Mean, double Sd)? InterceptPrior(LinearRegressionSettings settings, Moments moments)
    {
        if (!settings.Intercept)
        {
            return null;
        }

        var target = moments.Mean.Length - 1;
        var sd = moments.Weight > 1 ? Sqrt(moments.Scatter[target, target] / (moments.Weight - 1)) : 0;
        return settings.InterceptSd is null && !(sd > 0)
            ? throw new ExperimentException(
                "model.interceptSd",
                "the target does not vary, so there is no default for this setting: give it, or \"intercept\": false"
            )
            : (settings.InterceptMean ?? moments.Mean[target], settings.InterceptSd ?? (10 * sd));
    }
}
