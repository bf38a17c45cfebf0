using Vi.App.Models.Priors;
using Vi.App.Models.Programs;

namespace Vi.App.Models.Logistic;

internal sealed record LogisticRegressionSettings
{
    public double? PriorSd { get; init; }
    public bool Intercept { get; init; } = true;
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
    /// <summary>Rows that draws predict one by one, and draws that predict each.</summary>
    private const int MostPredictions = 5000;
    private const int PredictingDraws = 500;

    /// <summary>
    /// Log odds that a weight of one prior standard deviation adds for each standard deviation of its column (Gelman, Jakulin, Pittau and Su 2008;
    /// rstanarm's default).
    /// </summary>
    private const double DefaultLogOdds = 2.5;

    protected override IPreparedFit Prepare(FitRequest request, LogisticRegressionSettings settings)
    {
        var data = request.RequireData();
        RequireLabels(data, "data.target");
        if (data.Test is { } test)
        {
            RequireLabels(test, "data.test");
        }

        var rows = request.Rows();
        var moments = Statistics.Moments(rows);
        var columns = rows.Columns - 1;
        var sizes = DefaultPriors.Sizes(moments, !settings.Intercept)[..columns];
        double[] natural = [.. sizes.Select(size => DefaultLogOdds / size)];
        double[] sds = settings.PriorSd is { } given ? [.. Enumerable.Repeat(given, columns)] : natural;
        var prior = Prior(settings, sds, moments);
        var names = new LogisticQuantities(data);
        PriorRecord[] priors =
        [
            .. DefaultPriors.Normals(names.Weights, settings.PriorSd is null, new double[columns], sds, natural),
            .. settings.Intercept
                ? DefaultPriors.Normals(names.AtMeans, false, [0], [settings.InterceptSd], [DefaultLogOdds])
                : [],
        ];
        if (request.Inference is DensitySettings)
        {
            return new ProgramFit(
                request,
                ProgramModels.LogisticRegression(
                    prior,
                    ProgramData.Design(request.RequireData()),
                    ProgramData.Target(request)
                ),
                ByDraws(data, prior)
            )
            {
                Priors = priors,
            };
        }

        return new SweepFit<MvNormal>(
            request,
            LogisticRegressionModel.Fit(prior, rows, request.FitOptions()),
            sweep => new LogisticAnswer(request, prior, rows, sweep).Make()
        )
        {
            Priors = priors,
            Checker = q => LogisticRegressionModel.Checker(prior, rows, q),
        };
    }

    /// <summary>Labels, figures and scores of a regression that draws of its weights tell.</summary>
    private static ProgramPresentation ByDraws(Dataset data, LogisticRegressionPrior prior)
    {
        var names = new LogisticQuantities(data);
        LabelPredictions? made = null;
        LabelPredictions Predictions(DrawTable draws) => made ??= Predict(draws);
        LabelPredictions Predict(DrawTable draws)
        {
            var chosen = Curves.Sample(draws.Count, PredictingDraws);
            var weights = Statistics.Matrix(chosen.Select(draws.Find("w")!.Draw));
            double[] intercepts = draws.Find("b") is { } b ? [.. chosen.Select(s => b.Draw(s)[0])] : [];
            return new(
                data,
                rows => LogisticRegressionModel.Predict(prior, weights, intercepts, rows.Sampled(MostPredictions))
            );
        }

        return new ProgramPresentation
        {
            Quantities = [names.Weights, names.AtMeans],
            Exhibits = program => Predictions(program.Draws).Exhibits(),
            Diagnostics = program => Predictions(program.Draws).Scores(),
        };
    }

    private static LogisticRegressionPrior Prior(LogisticRegressionSettings settings, double[] sds, Moments moments)
    {
        var prior = LogisticRegressionModel.Prior(sds);
        return settings.Intercept
            ? LogisticRegressionModel.WithIntercept(
                prior,
                Statistics.Vector(moments.Mean.ToArray()[..sds.Length]),
                settings.InterceptSd
            )
            : prior;
    }

    private static void RequireLabels(Dataset data, string path)
    {
        var row = (int)LogisticRegressionModel.FirstBadTarget(data.Rows);
        if (row >= 0)
        {
            throw ProgramData.BadCell(
                data,
                path,
                row,
                data.ColumnNames.Count - 1,
                $"the target is {data.Row(row)[^1]:R}; logistic-regression needs 0 or 1 in every row"
            );
        }
    }
}
