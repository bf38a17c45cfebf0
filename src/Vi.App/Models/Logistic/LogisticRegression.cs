using Vi.App.Models.Programs;
using Vi.Math;

namespace Vi.App.Models.Logistic;

/// <summary>Settings of <see cref="LogisticRegression"/>.</summary>
internal sealed record LogisticRegressionSettings
{
    [Setting("standard deviation of the weights' normal prior, log odds per unit of a column", ExclusiveMinimum = 0)]
    public required double PriorSd { get; init; }

    [Setting("whether there is an intercept, the log odds at the columns' means")]
    public bool Intercept { get; init; } = true;

    [Setting("standard deviation of the intercept's normal prior, log odds", ExclusiveMinimum = 0)]
    public double InterceptSd { get; init; } = 10;
}

/// <summary>Bayesian logistic regression by the Polya-Gamma bound.</summary>
internal sealed class LogisticRegression()
    : Model<LogisticRegressionSettings>(
        "logistic-regression",
        DataNeed.ColumnsAndTarget,
        Provision.Sweeps | Provision.LogDensity | Provision.Conditionals
    )
{
    public override ModelRecord Description =>
        new()
        {
            Type = Type,
            Title = "Logistic regression",
            Summary =
                "The target is 0 or 1; the log odds of 1 are a weighted sum of the columns, with a normal prior for the weights.",
            Formulas =
            [
                new(
                    "Target",
                    @"y_n \mid x_n \sim \mathrm{Bernoulli}(\sigma(z_n)), \quad z_n = (x_n - \bar x)^\top w + b"
                ),
                new("Prior", @"w \sim \mathcal N(0, s^2 I), \quad b \sim \mathcal N(0, s_b^2)"),
                new(
                    "Polya-Gamma form",
                    @"\sigma(z)^{y} \sigma(-z)^{1-y} = \tfrac12\, e^{\kappa z}\, \mathbb E\!\left[e^{-\omega z^2/2}\right], \quad \kappa = y - \tfrac12,\; \omega \sim \mathrm{PG}(1, 0)",
                    FormulaScope.CoordinateAscent
                ),
                new(
                    "Update of q(omega)",
                    @"q(\omega_n) = \mathrm{PG}(1, c_n), \quad c_n^2 = \mathbb E[z_n^2], \quad \mathbb E[\omega_n] = \frac{\tanh(c_n/2)}{2 c_n}",
                    FormulaScope.CoordinateAscent
                ),
                new(
                    "Update of q(w)",
                    @"\Sigma = \left(S_0^{-1} + \textstyle\sum_n \mathbb E[\omega_n]\, x_n x_n^\top\right)^{-1}, \quad \mu = \Sigma \textstyle\sum_n \kappa_n x_n",
                    FormulaScope.CoordinateAscent
                ),
                new(
                    "Local part of the bound",
                    @"-\textstyle\sum_n \mathrm{KL}_n, \quad \mathrm{KL}_n = \log\cosh\tfrac{c_n}2 - \tfrac{c_n^2}2\, \mathbb E[\omega_n]",
                    FormulaScope.Bound
                ),
            ],
            Approximation =
                "q(w, b) q(omega): one normal for all weights and the intercept together, and a Polya-Gamma distribution for every row. These "
                + "variables make the likelihood normal in the weights, so every update has a closed form. The bound lies below the one that "
                + "q(w, b) would have without them. Its standard deviations are too small, and the report shows by how much.",
        };

    protected override string ExampleText =>
        """
            { "data": { "synthetic": { "generator": "logistic-regression", "n": 2000, "test": 500, "weights": [2, -1.5, 1, 0] } },
              "model": { "priorSd": 3 } }
            """;

    protected override IPreparedFit Prepare(FitRequest request, LogisticRegressionSettings settings)
    {
        var data = request.RequireData();
        RequireLabels(data, "data.target");
        if (data.Test is { } test)
        {
            RequireLabels(test, "data.test");
        }

        var rows = request.Rows();
        var prior = Prior(settings, rows);
        if (request.Inference is DensitySettings)
        {
            return new ProgramFit(
                request,
                ProgramModels.LogisticRegression(prior, ProgramData.Design(request), ProgramData.Target(request)),
                LogisticDraws.Presentation(request, prior)
            );
        }

        return new SweepFit<MvNormal>(
            LogisticRegressionModel.Fit(prior, rows, request.FitOptions()),
            sweep => new LogisticAnswer(request, prior, rows, sweep).Make()
        );
    }

    private static LogisticRegressionPrior Prior(LogisticRegressionSettings settings, Rows rows)
    {
        var columns = rows.Columns - 1;
        var prior = LogisticRegressionModel.Prior(columns, settings.PriorSd);
        return settings.Intercept
            ? LogisticRegressionModel.WithIntercept(
                prior,
                Statistics.Vector(Statistics.Moments(rows).Mean.ToArray()[..columns]),
                settings.InterceptSd
            )
            : prior;
    }

    private static void RequireLabels(Data.Dataset data, string path)
    {
        var row = LogisticRegressionModel.FirstBadTarget(data.Rows);
        if (row >= 0)
        {
            throw new ExperimentException(
                path,
                $"{data.Source}: row {row + 1} (line {row + 2} of a CSV file), column \"{data.ColumnNames[^1]}\": the target is {data.Row((int)row)[^1]:R}; "
                    + "logistic-regression needs 0 or 1 in every row"
            );
        }
    }
}
