using Vi.Math;

namespace Vi.App.Models.Regression;

/// <summary>The answer of a fitted regression: quantities, predictions for the fitted or held-out rows, and figures.</summary>
internal sealed class RegressionAnswer(
    FitRequest request,
    LinearRegressionSettings settings,
    LinearRegressionPrior prior,
    Moments moments,
    Sweep<RegressionPosterior> sweep
)
{
    private readonly Dataset data = request.RequireData();
    private readonly RegressionPosterior q = sweep.Posterior;

    public FitAnswer Make()
    {
        var predictions = RegressionPredictions.Of(data.Test ?? data, moments, q);
        var exact = LinearRegressionModel.Exact(prior, moments);
        var response = AscentResponse.Of(
            request,
            sweep,
            options => LinearRegressionModel.LinearResponse(prior, moments, q, options)
        );
        var quantities = Quantities(response);
        return FitAnswer.Of(request, quantities, response) with
        {
            Parameters = Parameters(),
            Diagnostics = Diagnostics(predictions, exact),
            Findings = exact is null
                ? [EvidenceFinding.Unknown]
                : [EvidenceFinding.Of(exact.LogEvidence, sweep.Elbo, isExact: false)],
            ResolvedSettings = ResolvedSettings(),
            Exhibits = new RegressionFigures(data, moments, q, request.Truth).Make(quantities, predictions, exact),
        };
    }

    private List<PosteriorQuantity> Quantities(AscentResponse response)
    {
        var names = new RegressionQuantities(data);
        var weights = Enumerable.Range(0, names.Weights.Count).Select(i => Distribution.Marginal(q.Weights, i));
        List<PosteriorQuantity> quantities =
        [
            new PosteriorQuantity(names.Weights, weights.Select(Marginal.Of)).DrawnFrom(q.Weights),
        ];
        if (q.HasIntercept)
        {
            quantities.Add(new PosteriorQuantity(names.AtMeans, [Marginal.Of(q.Intercept)]).DrawnFrom(q.Intercept));
            quantities.Add(
                new(names.AtZero, [Marginal.Of(AtZero())])
                {
                    LinearResponseSd = response.OfIntercept(moments.Mean.ToArray()[..^1]),
                }
            );
        }

        quantities.AddRange([
            new PosteriorQuantity(names.Precision, [Marginal.Of(q.NoisePrecision)]).DrawnFrom(q.NoisePrecision),
            new PosteriorQuantity(names.Spread, [Marginal.OfSpread(q.NoisePrecision)]).DrawnFromPrecision("tau") with
            {
                LinearResponseSd = response.OfSpread("tau", q.NoisePrecision),
            },
        ]);
        if (q.WeightPrecisions.Count > 0)
        {
            quantities.Add(new(names.Relevance, q.WeightPrecisions.Select(Marginal.Of)));
        }

        return quantities;
    }

    /// <summary>Distribution of the expected target where all columns are 0: b - mean(x)'w.</summary>
    private Normal AtZero()
    {
        var at = Statistics.Vector(new double[q.Weights.Mean.Length]);
        var distribution = LinearRegressionModel.Predictive(moments, q, at);
        return new Normal(distribution.Mean, distribution.Variance);
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

    private JsonObject Diagnostics(List<Prediction> predictions, ExactRegression? exact)
    {
        var diagnostics = RegressionPredictions.Errors(predictions, data.Test is not null);
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
}
