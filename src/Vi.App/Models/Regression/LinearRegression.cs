using Vi.App.Models.Programs;

namespace Vi.App.Models.Regression;

internal sealed record LinearRegressionSettings
{
    public double Alpha { get; init; } = 1;
    public double A0 { get; init; } = 1;
    public double B0 { get; init; } = 1;
    public bool Intercept { get; init; } = true;
    public double? InterceptMean { get; init; }
    public double? InterceptSd { get; init; }
    public bool Ard { get; init; }
    public double ArdShape { get; init; } = 0.01;
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
