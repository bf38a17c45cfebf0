using Vi.App.Models.Programs;
using Vi.Math;

namespace Vi.App.Models.Normals;

/// <summary>Settings of <see cref="GaussianMean"/>.</summary>
internal sealed record GaussianMeanSettings
{
    [Setting("prior mean of mu, in the data's unit")]
    public double PriorMean { get; init; }

    [Setting("prior standard deviation of mu, in the data's unit", ExclusiveMinimum = 0)]
    public required double PriorSd { get; init; }

    [Setting("known standard deviation of one observation, in the data's unit", ExclusiveMinimum = 0)]
    public required double NoiseSd { get; init; }
}

/// <summary>The mean of a normal sample with known noise: the one model whose whole ELBO landscape can be seen.</summary>
internal sealed class GaussianMean()
    : Model<GaussianMeanSettings>(
        "gaussian-mean",
        DataNeed.Columns,
        Provision.Sweeps | Provision.Stream | Provision.LogDensity
    )
{
    public override ModelRecord Description =>
        new()
        {
            Type = Type,
            Title = "Mean of a normal sample, noise known",
            Summary = "Observations scatter about an unknown mean with a known standard deviation.",
            Formulas =
            [
                new("Observations", @"x_i \mid \mu \sim \mathcal N(\mu, \sigma^2), \quad i = 1, \dots, N"),
                new("Prior", @"\mu \sim \mathcal N(m_0, s_0^2)"),
                new(
                    "Posterior",
                    @"q(\mu) = \mathcal N(m_N, s_N^2), \quad s_N^{-2} = s_0^{-2} + N \sigma^{-2}, \quad "
                        + @"m_N = s_N^2 \left( s_0^{-2} m_0 + N \sigma^{-2} \bar x \right)",
                    FormulaScope.CoordinateAscent
                ),
                new(
                    "Identity",
                    @"\log p(x) = \mathrm{ELBO}(q) + \mathrm{KL}(q \,\|\, p(\mu \mid x)) \quad \text{for every } q",
                    FormulaScope.Bound
                ),
            ],
            Approximation = "One factor, q(mu), a normal distribution; nothing is lost.",
        };

    protected override string ExampleText =>
        """
            { "data": { "synthetic": { "generator": "gaussian", "n": 50, "mean": 2, "sd": 1 } },
              "model": { "priorMean": 0, "priorSd": 2, "noiseSd": 1 } }
            """;

    protected override IPreparedFit Prepare(FitRequest request, GaussianMeanSettings settings)
    {
        var data = OneColumn.Of(request, Type);
        var prior = GaussianMeanModel.Prior(settings.PriorMean, settings.PriorSd, settings.NoiseSd);
        var mu = Quantity.Scalar("mu", $"mean of {data.Name}");
        if (request.Inference is DensitySettings)
        {
            var model = ProgramModels.GaussianMean(prior, ProgramData.Target(request));
            return new ProgramFit(request, model, new ProgramPresentation { Quantities = [mu] });
        }

        return new SweepFit<Normal>(
            GaussianMeanModel.Fit(prior, data.Rows, request.FitOptions()),
            sweep => Answer(request, data, prior, mu, sweep)
        );
    }

    private static FitAnswer Answer(
        FitRequest request,
        OneColumn data,
        GaussianMeanPrior prior,
        Quantity mu,
        Sweep<Normal> sweep
    )
    {
        var q = sweep.Posterior;
        var moments = Statistics.Moments(data.Rows);
        var logEvidence = GaussianMeanModel.LogEvidence(prior, moments);
        var posterior = GaussianMeanModel.Posterior(prior, moments);
        return FitAnswer.Of(request, [new PosteriorQuantity(mu, [Marginal.Of(q)]).DrawnFrom(q)]) with
        {
            Parameters = new JsonObject
            {
                ["mu_n"] = JsonNumbers.Of(q.Mean),
                ["sigma_n"] = JsonNumbers.Of(Distribution.Sd(q)),
            },
            Diagnostics = new JsonObject
            {
                ["logEvidence"] = JsonNumbers.Of(logEvidence),
                ["evidenceGap"] = JsonNumbers.Of(logEvidence - sweep.Elbo),
                ["klToPosterior"] = JsonNumbers.Of(Distribution.Divergence(q, posterior)),
                ["predictive"] = Marginal.Of(GaussianMeanModel.Predictive(prior, q)).ToJson(),
            },
            Findings = [EvidenceFinding.Of(logEvidence, sweep.Elbo, isExact: true)],
            Exhibits = GaussianMeanFigures.Of(data, prior, moments, q, posterior, logEvidence),
        };
    }
}
