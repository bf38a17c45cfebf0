using Vi.App.Models.Programs;
using Vi.Math;

namespace Vi.App.Models.Normals;

/// <summary>Settings of <see cref="GaussianMeanPrecision"/>: mu | tau ~ N(m0, 1 / (kappa0 tau)), tau ~ Gamma(a0, b0).</summary>
internal sealed record GaussianMeanPrecisionSettings
{
    [Setting("prior mean of mu, in the data's unit")]
    public double M0 { get; init; }

    [Setting("rows that the prior mean is worth", ExclusiveMinimum = 0)]
    public double Kappa0 { get; init; } = 0.01;

    [Setting("shape of the precision's Gamma prior", ExclusiveMinimum = 0)]
    public double A0 { get; init; } = 1;

    [Setting("rate of the precision's Gamma prior, in the data's unit squared", ExclusiveMinimum = 0)]
    public double B0 { get; init; } = 1;
}

/// <summary>Unknown mean and precision: the smallest model where factorising costs something, and the cost is known.</summary>
internal sealed class GaussianMeanPrecision()
    : Model<GaussianMeanPrecisionSettings>(
        "gaussian-mean-precision",
        DataNeed.Columns,
        Provision.Sweeps | Provision.Stream | Provision.LogDensity | Provision.Conditionals
    )
{
    public override ModelRecord Description =>
        new()
        {
            Type = Type,
            Title = "Mean and precision of a normal sample",
            Summary = "Observations scatter about an unknown mean with an unknown precision (one over the variance).",
            Formulas =
            [
                new("Observations", @"x_i \mid \mu, \tau \sim \mathcal N(\mu, \tau^{-1})"),
                new(
                    "Prior",
                    @"\mu \mid \tau \sim \mathcal N\!\left(m_0, (\kappa_0 \tau)^{-1}\right), \quad \tau \sim \mathrm{Gamma}(a_0, b_0)"
                ),
                new(
                    "Update of q(mu)",
                    @"q(\mu) = \mathcal N\!\left(\frac{\kappa_0 m_0 + N \bar x}{\kappa_0 + N}, \frac{1}{(\kappa_0 + N)\,\mathbb E[\tau]}\right)",
                    FormulaScope.CoordinateAscent
                ),
                new(
                    "Update of q(tau)",
                    @"q(\tau) = \mathrm{Gamma}\!\left(a_0 + \tfrac{N + 1}{2},\; b_0 + \tfrac12 \mathbb E\!\left[\textstyle\sum_i (x_i - \mu)^2 + \kappa_0 (\mu - m_0)^2\right]\right)",
                    FormulaScope.CoordinateAscent
                ),
            ],
            Approximation =
                "q(mu) q(tau): normal times gamma. In the exact posterior, a normal-gamma, mu and tau depend on each other. The exact evidence is "
                + "known, so the report shows what the factorisation costs.",
        };

    protected override string ExampleText =>
        """
            { "data": { "synthetic": { "generator": "gaussian", "n": 20, "mean": 2, "sd": 1 } },
              "model": { "m0": 0, "kappa0": 0.01, "a0": 1, "b0": 1 } }
            """;

    protected override IPreparedFit Prepare(FitRequest request, GaussianMeanPrecisionSettings settings)
    {
        var data = OneColumn.Of(request, Type);
        var prior = GaussianMeanPrecisionModel.Prior(settings.M0, settings.Kappa0, settings.A0, settings.B0);
        Quantity[] quantities =
        [
            Quantity.Scalar("mu", $"mean of {data.Name}"),
            Quantity.Scalar("tau", $"precision of {data.Name}"),
            Quantity.Scalar("sigma", $"standard deviation of {data.Name}"),
        ];
        if (request.Inference is DensitySettings)
        {
            var model = ProgramModels.GaussianMeanPrecision(prior, ProgramData.Target(request));
            return new ProgramFit(request, model, new ProgramPresentation { Quantities = quantities });
        }

        return new SweepFit<GaussianMeanPrecisionPosterior>(
            GaussianMeanPrecisionModel.Fit(prior, data.Rows, request.FitOptions()),
            sweep => Answer(request, data, prior, quantities, sweep)
        );
    }

    private static FitAnswer Answer(
        FitRequest request,
        OneColumn data,
        NormalGamma prior,
        Quantity[] quantities,
        Sweep<GaussianMeanPrecisionPosterior> sweep
    )
    {
        var q = sweep.Posterior;
        var moments = Statistics.Moments(data.Rows);
        var logEvidence = GaussianMeanPrecisionModel.LogEvidence(prior, moments);
        var response = AscentResponse.Of(
            request,
            sweep,
            options => GaussianMeanPrecisionModel.LinearResponse(prior, moments, q, options)
        );
        PosteriorQuantity[] posterior =
        [
            new PosteriorQuantity(quantities[0], [Marginal.Of(q.Mean)]).DrawnFrom(q.Mean),
            new PosteriorQuantity(quantities[1], [Marginal.Of(q.Precision)]).DrawnFrom(q.Precision),
            new PosteriorQuantity(quantities[2], [Marginal.OfSpread(q.Precision)]).DrawnFromPrecision("tau") with
            {
                LinearResponseSd = response.OfSpread("tau", q.Precision),
            },
        ];
        return FitAnswer.Of(request, posterior, response) with
        {
            Parameters = new JsonObject
            {
                ["mu_n"] = JsonNumbers.Of(q.Mean.Mean),
                ["sigma_n"] = JsonNumbers.Of(Distribution.Sd(q.Mean)),
                ["a_n"] = JsonNumbers.Of(q.Precision.Shape),
                ["b_n"] = JsonNumbers.Of(q.Precision.Rate),
            },
            Diagnostics = new JsonObject
            {
                ["logEvidence"] = JsonNumbers.Of(logEvidence),
                ["evidenceGap"] = JsonNumbers.Of(logEvidence - sweep.Elbo),
                ["klToPosterior"] = JsonNumbers.Of(GaussianMeanPrecisionModel.Divergence(prior, moments, q)),
                ["predictive"] = Marginal.Of(GaussianMeanPrecisionModel.Predictive(q)).ToJson(),
            },
            Findings = [EvidenceFinding.Of(logEvidence, sweep.Elbo, isExact: false)],
            Exhibits = GaussianMeanPrecisionFigures.Of(data, prior, moments, q),
        };
    }
}
