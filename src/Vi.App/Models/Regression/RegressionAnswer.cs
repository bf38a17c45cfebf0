using System.Text.Json.Nodes;
using Vi.App.Data;
using Vi.App.Models.Draws;
using Vi.App.Models.Support;
using Vi.Math;
using Vi.Math.Fluent;
using Vi.Results;

namespace Vi.App.Models.Regression;

/// <summary>The answer of a fitted regression: posterior, predictions for the fitted or held-out rows, and figures.</summary>
internal sealed class RegressionAnswer(
    FitRequest request,
    LinearRegressionSettings settings,
    LinearRegressionPrior prior,
    Moments moments,
    Sweep<RegressionPosterior> sweep
)
{
    /// <summary>Rows that are predicted one by one for figures.</summary>
    private const int MostPredictions = 2000;

    private readonly Dataset data = request.RequireData();
    private readonly RegressionPosterior q = sweep.Posterior;

    public FitAnswer Make()
    {
        var names = data.ColumnNames.Take(data.ColumnNames.Count - 1).ToArray();
        var held = data.Test;
        var predictions = Predict(held ?? data);
        var exact = LinearRegressionModel.Exact(prior, moments);
        var response = AscentResponse.Of(
            request,
            sweep,
            options => LinearRegressionModel.LinearResponse(prior, moments, q, options)
        );
        var figures = new RegressionExhibits(data.ColumnNames[^1], names, q, exact, request.Truth);
        return new FitAnswer
        {
            ElboTerms = new Dictionary<string, double>(StringComparer.Ordinal),
            Posterior = Posterior(names, response),
            LinearResponse = response.Record,
            Parameters = Parameters(),
            Diagnostics = Diagnostics(predictions, held is not null, exact),
            Findings = exact is null
                ? [EvidenceFinding.Unknown]
                : [EvidenceFinding.Of(exact.LogEvidence, sweep.Elbo, isExact: false)],
            ResolvedSettings = ResolvedSettings(),
            ThinnedDraws = Draws().Thinned(),
            Exhibits = figures.Make(data, predictions, held is not null, Line()),
        };
    }

    private Dictionary<string, PosteriorSummary> Posterior(string[] names, AscentResponse response)
    {
        var noise = Summary.OfSquareRoot(Distribution.Reciprocal(q.NoisePrecision));
        var truth = request.Truth;
        var target = data.ColumnNames[^1];
        var posterior = new Dictionary<string, PosteriorSummary>(StringComparer.Ordinal)
        {
            ["w"] = Summaries.Vector(
                "weights",
                [.. names.Select((_, i) => Summary.Of(Distribution.Marginal(q.Weights, i)))],
                names,
                truth["w"]
            ) with
            {
                LinearResponseSd = response.Vector(names.Select((_, i) => $"w[{i + 1}]")),
            },
        };
        if (q.HasIntercept)
        {
            posterior["b"] = Summaries.Scalar(
                $"expected {target} at the columns' means",
                Summary.Of(q.Intercept),
                truth["b"]
            ) with
            {
                LinearResponseSd = response.Scalar("b"),
            };
            posterior["intercept"] = Summaries.Scalar(
                $"expected {target} where all columns are 0",
                Summary.Of(AtZero()),
                truth["intercept"]
            ) with
            {
                LinearResponseSd = response.Sum(
                    names
                        .Select((_, i) => KeyValuePair.Create($"w[{i + 1}]", -moments.Mean[i]))
                        .Append(KeyValuePair.Create("b", 1.0))
                        .ToDictionary(StringComparer.Ordinal)
                ),
            };
        }

        posterior["tau"] = Summaries.Scalar("noise precision", Summary.Of(q.NoisePrecision), truth["tau"]) with
        {
            LinearResponseSd = response.Scalar("tau"),
        };
        posterior["sigma"] = Summaries.Scalar(
            $"noise standard deviation (unit of {target})",
            noise,
            truth["sigma"]
        ) with
        {
            LinearResponseSd = response.SdOfPrecision("tau", q.NoisePrecision, noise),
        };
        if (q.WeightPrecisions.Count > 0)
        {
            posterior["alpha"] = Summaries.Vector(
                "precisions of the weights",
                [.. q.WeightPrecisions.Select(Summary.Of)],
                names
            );
        }

        return posterior;
    }

    /// <summary>Distribution of the expected target where all columns are 0: b - mean(x)'w.</summary>
    private Normal AtZero()
    {
        var distribution = LinearRegressionModel.Predictive(
            moments,
            q,
            Statistics.Vector(new double[q.Weights.Mean.Length])
        );
        return new Normal(distribution.Mean, distribution.Variance);
    }

    private DrawTable Draws()
    {
        var draws = new FactorDraws(request.Seed);
        var (w, tau) = (draws.Of("w", q.Weights), draws.Of("tau", q.NoisePrecision));
        DrawnQuantity[] intercept = q.HasIntercept ? [draws.Of("b", q.Intercept)] : [];
        return new DrawTable([w, .. intercept, tau, FactorDraws.Spread("sigma", tau)], 1);
    }

    private JsonObject Parameters()
    {
        var parameters = new JsonObject
        {
            ["mu_w"] = JsonNumbers.Of(q.Weights.Mean),
            ["Sigma_w"] = JsonNumbers.Of(q.WeightCovariance),
            ["a_n"] = JsonNumbers.Of(q.NoisePrecision.Shape),
            ["b_n"] = JsonNumbers.Of(q.NoisePrecision.Rate),
        };
        if (q.HasIntercept)
        {
            parameters["mu_b"] = JsonNumbers.Of(q.Intercept.Mean);
            parameters["sigma_b"] = JsonNumbers.Of(Distribution.Sd(q.Intercept));
        }

        if (q.WeightPrecisions.Count > 0)
        {
            parameters["a_alpha"] = JsonNumbers.Of(q.WeightPrecisions.Select(alpha => alpha.Shape));
            parameters["b_alpha"] = JsonNumbers.Of(q.WeightPrecisions.Select(alpha => alpha.Rate));
        }

        return parameters;
    }

    private static JsonObject Diagnostics(List<Prediction> predictions, bool held, ExactRegression? exact)
    {
        var prefix = held ? "test" : "train";
        var residuals = predictions.Select(p => p.Actual - p.Mean).ToArray();
        var meanActual = predictions.Average(p => p.Actual);
        var spread = predictions.Sum(p => (p.Actual - meanActual) * (p.Actual - meanActual));
        var diagnostics = new JsonObject
        {
            [$"{prefix}Rmse"] = JsonNumbers.Of(System.Math.Sqrt(residuals.Average(r => r * r))),
            [$"{prefix}R2"] = JsonNumbers.Of(1 - (residuals.Sum(r => r * r) / spread)),
            [$"{prefix}Coverage90"] = JsonNumbers.Of(
                predictions.Average(p => p.Low <= p.Actual && p.Actual <= p.High ? 1.0 : 0.0)
            ),
            [$"{prefix}Rows"] = predictions.Count,
        };
        if (exact is not null)
        {
            diagnostics["logEvidence"] = JsonNumbers.Of(exact.LogEvidence);
            diagnostics["exactWeightMeans"] = JsonNumbers.Of(exact.WeightMeans);
            diagnostics["exactWeightSds"] = JsonNumbers.Of(exact.WeightSds);
            diagnostics["exactTauMean"] = JsonNumbers.Of(exact.NoisePrecisionMean);
            diagnostics["exactTauSd"] = JsonNumbers.Of(exact.NoisePrecisionSd);
        }

        return diagnostics;
    }

    private Dictionary<string, string> ResolvedSettings()
    {
        var resolved = new Dictionary<string, string>(StringComparer.Ordinal);
        if (settings.Intercept)
        {
            var (mean, sd) = LinearRegression.InterceptPrior(settings, moments);
            resolved["interceptMean"] = Numbers.Significant(mean);
            resolved["interceptSd"] = Numbers.Significant(sd);
        }

        return resolved;
    }

    private List<Prediction> Predict(Dataset rows)
    {
        var width = rows.ColumnNames.Count;
        return
        [
            .. Curves
                .Sample(rows.RowCount, MostPredictions)
                .Select(i =>
                {
                    var row = rows.Row(i);
                    return Prediction.Of(
                        LinearRegressionModel.Predictive(moments, q, Statistics.Vector(row[..(width - 1)])),
                        row[width - 1]
                    );
                }),
        ];
    }

    /// <summary>Predictions along the single column's range, where there is just one column; otherwise null.</summary>
    private (double[] X, Prediction[] At)? Line()
    {
        if (data.ColumnNames.Count != 2)
        {
            return null;
        }

        var values = Curves.Sample(data.RowCount, 100_000).Select(i => data.Row(i)[0]).ToArray();
        var margin = 0.1 * (values.Max() - values.Min());
        var grid = Curves.Grid(values.Min() - margin, values.Max() + margin, 101);
        return (
            grid,
            [
                .. grid.Select(x =>
                    Prediction.Of(LinearRegressionModel.Predictive(moments, q, Statistics.Vector(x)), double.NaN)
                ),
            ]
        );
    }
}

/// <summary>A predicted target: mean, sd, central 90 % interval, and what it was.</summary>
internal sealed record Prediction(double Mean, double Sd, double Low, double High, double Actual)
{
    public static Prediction Of(NormalScaleMixture distribution, double actual) =>
        new(
            distribution.Mean,
            Distribution.Sd(distribution),
            Distribution.Quantile(distribution, 0.05),
            Distribution.Quantile(distribution, 0.95),
            actual
        );
}
