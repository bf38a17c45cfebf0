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
    /// <summary>Rows that are predicted one by one: by q, and by draws.</summary>
    private const int MostPredictions = 20000;
    private const int MostPredictionsByDraws = 5000;

    /// <summary>Draws that predict a row.</summary>
    private const int PredictingDraws = 500;

    /// <summary>
    /// Log odds that a weight of one prior standard deviation adds for each standard deviation of its column (Gelman, Jakulin, Pittau and Su 2008;
    /// rstanarm's default).
    /// </summary>
    private const double DefaultLogOdds = 2.5;

    /// <summary>Ratio of standard deviations below which intervals are much too short to be read as they stand.</summary>
    private const double NarrowRatio = 0.9;

    public override bool TargetIsClass => true;

    protected override IPreparedFit Prepare(FitRequest request, LogisticRegressionSettings settings)
    {
        if (!settings.Intercept)
        {
            request = request.Centred();
        }

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
        double[] sds = settings.PriorSd is { } given
            ? [.. Enumerable.Range(0, columns).Select(j => given / data.Scale(j).Sd)]
            : natural;
        var prior = Prior(settings, sds, moments);
        var names = new LogisticQuantities(data.ColumnNames);
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
            sweep => Answer(request, prior, rows, sweep)
        )
        {
            Priors = priors,
            Checker = q => LogisticRegressionModel.Checker(prior, rows, q),
        };
    }

    /// <summary>At most so many rows, evenly spread.</summary>
    private static IEnumerable<double[]> Sampled(Dataset data, int most) =>
        Curves.Sample(data.RowCount, most).Select(data.Row);

    private static FitAnswer Answer(FitRequest request, LogisticRegressionPrior prior, Rows rows, Sweep<MvNormal> sweep)
    {
        var (data, q) = (request.RequireData(), sweep.Posterior);
        var response = request.Response(sweep, () => LogisticRegressionModel.LinearResponse(prior, rows, q, new()));
        var answer = new LogisticAnswer(data, prior, rows, q, response, request.Truth);
        var (least, most) = (answer.Ratios.Min(), answer.Ratios.Max());
        var predictions = Predictions(
            data,
            test => LogisticRegressionModel.Predict(prior, q, Sampled(test, MostPredictions))
        );
        return FitAnswer.Of(request, answer.Posterior, response) with
        {
            Parameters = answer.Parameters,
            Fitted = request.Stored(FittedModels.Of([.. data.ColumnNames.SkipLast(1)], data.ColumnNames[^1], prior, q)),
            Diagnostics = new NamedNumbers { predictions.Scores(), { "sdOverCurvatureSd", answer.Ratios } },
            Findings = response.IsFound
                ? []
                :
                [
                    Finding.Of(
                        least < NarrowRatio ? Severity.Warning : Severity.Hint,
                        "smaller-than-curvature",
                        ("least", least),
                        ("most", most)
                    ),
                ],
            Exhibits = answer.Exhibits(predictions),
        };
    }

    /// <summary>Predictions of the rows held out where there are some, otherwise of those fitted.</summary>
    private static LabelPredictions Predictions(Dataset data, Func<Dataset, PredictedLabels> predict) =>
        new(data.ColumnNames[^1], data.Test is not null, predict(data.Test ?? data));

    /// <summary>Labels, figures and scores of a regression that draws of its weights tell.</summary>
    private static ProgramPresentation ByDraws(Dataset data, LogisticRegressionPrior prior)
    {
        var names = new LogisticQuantities(data.ColumnNames);
        LabelPredictions? made = null;
        LabelPredictions Made(DrawTable draws) => made ??= Predict(draws);
        LabelPredictions Predict(DrawTable draws)
        {
            var chosen = Curves.Sample(draws.Count, PredictingDraws);
            var weights = Statistics.Matrix(chosen.Select(draws.Find("w")!.Draw));
            double[] intercepts = draws.Find("b") is { } b ? [.. chosen.Select(s => b.Draw(s)[0])] : [];
            return Predictions(
                data,
                rows =>
                    LogisticRegressionModel.Predict(prior, weights, intercepts, Sampled(rows, MostPredictionsByDraws))
            );
        }

        return new ProgramPresentation
        {
            Quantities = [names.Weights, names.AtMeans],
            Predicting = [new("centre", [prior.Centre.Length], prior.Centre.ToArray())],
            Derived = draws => names.PerDeviation(data, draws),
            Exhibits = program => Made(program.Draws).Exhibits(),
            Diagnostics = program => Made(program.Draws).Scores(),
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
