namespace Vi.App.Models.Regression;

/// <summary>The answer of a fitted regression: quantities, predictions for the fitted or held-out rows, and figures.</summary>
internal sealed class RegressionAnswer(
    FitRequest request,
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
        var response = request.Response(sweep, () => LinearRegressionModel.LinearResponse(prior, moments, q, new()));
        var quantities = Quantities(response);
        return FitAnswer.Of(request, quantities, response) with
        {
            Parameters = Parameters(),
            Diagnostics = new NamedNumbers
            {
                RegressionPredictions.Errors(predictions, data.Test is not null),
                { "logEvidence", exact?.LogEvidence },
                { "exactWeightMeans", exact?.WeightMeans },
                { "exactWeightSds", exact?.WeightSds },
                { "exactTauMean", exact?.NoisePrecisionMean },
                { "exactTauSd", exact?.NoisePrecisionSd },
            },
            Findings = [EvidenceFinding.Of(exact?.LogEvidence, sweep.Elbo, isExact: false)],
            Exhibits = new RegressionFigures(data, moments, q, request.Truth).Make(quantities, predictions, exact),
        };
    }

    private List<PosteriorQuantity> Quantities(AscentResponse response)
    {
        var names = new RegressionQuantities(data);
        List<PosteriorQuantity> quantities = [new(names.Weights, q.Weights)];
        if (q.HasIntercept)
        {
            quantities.Add(new(names.AtMeans, q.Intercept));
            quantities.Add(
                new(names.AtZero, [Marginal.Of(AtZero())])
                {
                    LinearResponseSd = response.OfIntercept(moments.Mean.ToArray()[..^1]),
                }
            );
        }

        quantities.Add(new(names.Precision, q.NoisePrecision));
        quantities.Add(PosteriorQuantity.OfSpread(names.Spread, q.NoisePrecision, response));
        if (q.WeightPrecisions.Count > 0)
        {
            quantities.Add(new(names.Relevance, q.WeightPrecisions));
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

    private NamedNumbers Parameters()
    {
        var intercept = q.HasIntercept ? q.Intercept : null;
        var relevance = q.WeightPrecisions.Count > 0 ? q.WeightPrecisions : null;
        return new NamedNumbers
        {
            { "mu_w", q.Weights.Mean },
            { "Sigma_w", q.WeightCovariance },
            { "a_n", q.NoisePrecision.Shape },
            { "b_n", q.NoisePrecision.Rate },
            { "mu_b", intercept?.Mean },
            { "sigma_b", intercept is null ? null : Distribution.Sd(intercept) },
            { "a_alpha", relevance?.Select(alpha => alpha.Shape) },
            { "b_alpha", relevance?.Select(alpha => alpha.Rate) },
        };
    }
}

/// <summary>What a linear regression infers, whatever the algorithm.</summary>
internal sealed class RegressionQuantities(Dataset data)
    : WeightQuantities(data, "weights", $"expected {data.ColumnNames[^1]}")
{
    public Quantity Precision { get; } = Quantity.Scalar("tau", "noise precision");

    public Quantity Spread { get; } =
        Quantity.Scalar("sigma", $"noise standard deviation (unit of {data.ColumnNames[^1]})");

    public Quantity Relevance => Weights with { Name = "alpha", Label = "precisions of the weights' priors" };

    public IReadOnlyList<Quantity> All => [Weights, AtMeans, AtZero, Precision, Spread, Relevance];
}
