using Vi.App.Models.Programs;

namespace Vi.App.Models.Regression;

internal sealed record LinearRegressionSettings
{
    public double? Alpha { get; init; }
    public double? A0 { get; init; }
    public double? B0 { get; init; }
    public bool Intercept { get; init; } = true;
    public double? InterceptMean { get; init; }
    public double? InterceptSd { get; init; }
    public bool Ard { get; init; }
    public double? ArdShape { get; init; }
    public double? ArdRate { get; init; }
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
        var resolved = new RegressionPriors(settings, moments);
        var prior = resolved.Prior;
        var priors = resolved.Records(request.RequireData());
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
            )
            {
                Priors = priors,
            };
        }

        return new SweepFit<RegressionPosterior>(
            request,
            LinearRegressionModel.Fit(prior, rows, moments, request.FitOptions()),
            sweep => new RegressionAnswer(request, prior, moments, sweep).Make()
        )
        {
            Priors = priors,
            Checker = q => LinearRegressionModel.Checker(prior, rows, q),
        };
    }
}
