using System.Text.Json.Nodes;
using Vi.App.Data;
using Vi.App.Models.Quantities;
using Vi.Math;
using Vi.Math.Fluent;
using Vi.Results;

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
        var names = data.ColumnNames.Take(columns).ToArray();
        var predictions = Predict(data.Test ?? data);
        var curvature = LogisticRegressionModel.CurvatureAt(prior, rows, q);
        var ratios = Ratios(curvature);
        var response = AscentResponse.Of(
            request,
            sweep,
            options => LogisticRegressionModel.LinearResponse(prior, rows, q, options)
        );
        var figures = new LogisticExhibits(data.ColumnNames[^1], names, q, curvature, response, request.Truth);
        return FitAnswer.Of(request, Quantities(response), response) with
        {
            Parameters = Parameters(),
            Diagnostics = Diagnostics(predictions, ratios),
            Findings = response.IsFound ? [] : Findings(ratios),
            Exhibits = figures.Make(predictions, data.Test is not null),
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

    private JsonObject Diagnostics(List<LabelPrediction> predictions, double[] ratios)
    {
        var prefix = data.Test is null ? "train" : "test";
        var bins = Classification.Calibration(predictions);
        var diagnostics = new JsonObject
        {
            [$"{prefix}Accuracy"] = JsonNumbers.Of(Classification.Accuracy(predictions)),
            [$"{prefix}LogLoss"] = JsonNumbers.Of(Classification.LogLoss(predictions)),
            [$"{prefix}Brier"] = JsonNumbers.Of(Classification.Brier(predictions)),
            [$"{prefix}CalibrationError"] = JsonNumbers.Of(Classification.CalibrationError(bins)),
            [$"{prefix}CalibrationBins"] = bins.Count,
            [$"{prefix}CalibrationBinsInBand"] = bins.Count(bin => bin.Low <= bin.Observed && bin.Observed <= bin.High),
            [$"{prefix}Rows"] = predictions.Count,
            ["sdOverCurvatureSd"] = JsonNumbers.Of(ratios),
        };
        if (Classification.Roc(predictions) is { } curve)
        {
            diagnostics[$"{prefix}RocArea"] = JsonNumbers.Of(Classification.Area(curve));
        }

        return diagnostics;
    }

    /// <summary>Standard deviations of q over those of the normal with the log posterior's curvature, weight by weight.</summary>
    private double[] Ratios(MvNormal curvature)
    {
        var (own, other) = (Distribution.Covariance(q), Distribution.Covariance(curvature));
        return [.. Enumerable.Range(0, q.Mean.Length).Select(i => System.Math.Sqrt(own[i, i] / other[i, i]))];
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
