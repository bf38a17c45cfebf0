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
        if (!settings.Intercept)
        {
            request = request.Centred();
        }

        var data = request.RequireData();
        var rows = request.Rows();
        var moments = Statistics.Moments(rows);
        var resolved = new RegressionPriors(settings, moments, data);
        var prior = resolved.Prior;
        var priors = resolved.Records();
        if (request.Inference is DensitySettings)
        {
            var names = new RegressionQuantities(data.ColumnNames);
            return new ProgramFit(
                request,
                ProgramModels.LinearRegression(prior, ProgramData.Design(data), ProgramData.Target(request)),
                new ProgramPresentation
                {
                    Quantities = names.All,
                    Predicting = [Centre(moments, settings.Intercept)],
                    Derived = draws => names.PerDeviation(data, draws),
                    Diagnostics = program =>
                        RegressionAnswer.ErrorOfDraws(
                            data.Test ?? data,
                            data.Test is not null,
                            moments.Mean,
                            program.Draws
                        ),
                }
            )
            {
                Priors = priors,
            };
        }

        return new SweepFit<RegressionPosterior>(
            request,
            LinearRegressionModel.Fit(prior, rows, moments, request.FitOptions()),
            sweep => Answer(request, prior, moments, sweep)
        )
        {
            Priors = priors,
            Checker = q => LinearRegressionModel.Checker(prior, rows, q),
        };
    }

    /// <summary>The point at which the intercept is the expected target; the origin without one.</summary>
    private static NamedArray Centre(Moments moments, bool intercept)
    {
        var columns = moments.Mean.Length - 1;
        return new("centre", [columns], intercept ? moments.Mean.ToArray()[..columns] : new double[columns]);
    }

    private static FitAnswer Answer(
        FitRequest request,
        LinearRegressionPrior prior,
        Moments moments,
        Sweep<RegressionPosterior> sweep
    )
    {
        var (data, q) = (request.RequireData(), sweep.Posterior);
        var exact = LinearRegressionModel.Exact(prior, moments);
        var response = request.Response(sweep, () => LinearRegressionModel.LinearResponse(prior, moments, q, new()));
        var answer = new RegressionAnswer(data, data.Test, moments, q, exact, response);
        return FitAnswer.Of(request, answer.Posterior, response) with
        {
            Parameters = answer.Parameters,
            Fitted = request.Stored(
                FittedModels.Of([.. data.ColumnNames.SkipLast(1)], data.ColumnNames[^1], moments, q)
            ),
            Diagnostics = answer.Diagnostics,
            Findings = [EvidenceFinding.Of(exact?.LogEvidence, sweep.Elbo, isExact: false)],
            Exhibits = answer.Exhibits(request.Truth),
        };
    }
}
