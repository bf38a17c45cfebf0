using Vi.Math;

namespace Vi.App.Models.Logistic;

/// <summary>The answer of a fitted logistic regression: posterior, predictions for held-out or fitted rows, and figures.</summary>
internal sealed class LogisticAnswer(
    FitRequest request,
    LogisticRegressionPrior prior,
    Rows rows,
    Sweep<MvNormal> sweep
)
{
    /// <summary>Rows that are predicted one by one.</summary>
    private const int MostPredictions = 20000;

    /// <summary>Ratio of standard deviations below which intervals are much too short to be read as they stand.</summary>
    private const double NarrowRatio = 0.9;

    private readonly Dataset data = request.RequireData();
    private readonly MvNormal q = sweep.Posterior;
    private readonly int columns = prior.Centre.Length;

    public FitAnswer Make()
    {
        var predictions = Predict(data.Test ?? data);
        var curved = LogisticRegressionModel.CurvatureAt(prior, rows, q);
        Marginal[] curvature =
        [
            .. Enumerable.Range(0, q.Mean.Length).Select(i => Marginal.Of(Distribution.Marginal(curved, i))),
        ];
        var response = AscentResponse.Of(
            request,
            sweep,
            options => LogisticRegressionModel.LinearResponse(prior, rows, q, options)
        );
        var quantities = Quantities(response);
        var figures = new LogisticFigures([.. quantities.Take(2)], curvature, response);
        double[] ratios =
        [
            .. quantities
                .Take(2)
                .SelectMany(quantity => quantity.Entries)
                .Zip(curvature, (own, other) => own.Sd / other.Sd),
        ];
        var held = data.Test is not null;
        var diagnostics = Classification.Figures(predictions, held);
        diagnostics["sdOverCurvatureSd"] = JsonNumbers.Of(ratios);
        return FitAnswer.Of(request, quantities, response) with
        {
            Parameters = Parameters(),
            Diagnostics = diagnostics,
            Findings = response.IsFound ? [] : Findings(ratios),
            Exhibits =
            [
                figures.Weights(request.Truth),
                figures.Spread(),
                .. new LabelFigures(data.ColumnNames[^1]).Make(predictions, held),
            ],
        };
    }

    /// <summary>q(w, b) is one normal distribution, the intercept last; they are drawn together.</summary>
    private List<PosteriorQuantity> Quantities(AscentResponse response)
    {
        const string Together = "w, b";
        var names = new LogisticQuantities(data);
        List<PosteriorQuantity> quantities =
        [
            new(names.Weights, Enumerable.Range(0, columns).Select(i => Marginal.Of(Distribution.Marginal(q, i))))
            {
                Draw = (stream, drawn) => (drawn[Together] = stream.Next(q).ToArray())[..columns],
            },
        ];
        if (prior.Intercept)
        {
            var atZero = LogisticRegressionModel.LogOdds(prior, q, Statistics.Vector(new double[columns]));
            quantities.Add(
                new(names.AtMeans, [Marginal.Of(Distribution.Marginal(q, columns))])
                {
                    Draw = (_, drawn) => drawn[Together][columns..],
                }
            );
            quantities.Add(
                new(names.AtZero, [Marginal.Of(atZero)])
                {
                    LinearResponseSd = response.OfIntercept(prior.Centre.ToArray()),
                }
            );
        }

        return quantities;
    }

    private JsonObject Parameters()
    {
        var covariance = Distribution.Covariance(q).ToRows();
        var parameters = new JsonObject
        {
            ["mu_w"] = JsonNumbers.Of(q.Mean.ToArray().Take(columns)),
            ["Sigma_w"] = JsonNumbers.Of(covariance.Take(columns), row => JsonNumbers.Of(row.Take(columns))),
        };
        if (prior.Intercept)
        {
            parameters["mu_b"] = JsonNumbers.Of(q.Mean[columns]);
            parameters["sigma_b"] = JsonNumbers.Of(System.Math.Sqrt(covariance[columns][columns]));
            parameters["cov_wb"] = JsonNumbers.Of(covariance[columns].Take(columns));
        }

        return parameters;
    }

    private static Finding[] Findings(double[] ratios) =>
        [
            Finding.Of(
                ratios.Min() < NarrowRatio ? Severity.Warning : Severity.Hint,
                "smaller-than-curvature",
                ("least", ratios.Min()),
                ("most", ratios.Max())
            ),
        ];

    private List<LabelPrediction> Predict(Dataset of)
    {
        return
        [
            .. Curves
                .Sample(of.RowCount, MostPredictions)
                .Select(i =>
                {
                    var row = of.Row(i);
                    var distribution = LogisticRegressionModel.LogOdds(prior, q, Statistics.Vector(row[..columns]));
                    return new LabelPrediction(
                        LogisticRegressionModel.Probability(distribution),
                        LogisticRegressionModel.Sigmoid(Distribution.Quantile(distribution, 0.05)),
                        LogisticRegressionModel.Sigmoid(Distribution.Quantile(distribution, 0.95)),
                        (int)row[columns]
                    );
                }),
        ];
    }
}
