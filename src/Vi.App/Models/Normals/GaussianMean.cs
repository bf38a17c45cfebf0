using System.Text.Json.Nodes;
using Vi.App.Algorithms;
using Vi.App.Configuration;
using Vi.App.Models.Draws;
using Vi.App.Models.Programs;
using Vi.App.Models.Support;
using Vi.Math;
using Vi.Math.Fluent;
using Vi.Results;

namespace Vi.App.Models.Normals;

/// <summary>Settings of <see cref="GaussianMean"/>.</summary>
public sealed record GaussianMeanSettings
{
    /// <summary>Prior mean.</summary>
    [Setting("prior mean of mu, in the data's unit")]
    public double PriorMean { get; init; }

    /// <summary>Prior standard deviation.</summary>
    [Setting("prior standard deviation of mu, in the data's unit", ExclusiveMinimum = 0)]
    public required double PriorSd { get; init; }

    /// <summary>Known noise.</summary>
    [Setting("known standard deviation of one observation, in the data's unit", ExclusiveMinimum = 0)]
    public required double NoiseSd { get; init; }
}

/// <summary>The mean of a normal sample with known noise: the one model whose whole ELBO landscape can be seen.</summary>
public sealed class GaussianMean : IModel
{
    /// <inheritdoc />
    public string Type => "gaussian-mean";

    /// <inheritdoc />
    public Type SettingsType => typeof(GaussianMeanSettings);

    /// <inheritdoc />
    public Provision Provides => Provision.Sweeps | Provision.Stream | Provision.LogDensity;

    /// <inheritdoc />
    public DataNeed DataNeed => DataNeed.Columns;

    /// <inheritdoc />
    public ModelRecord Description { get; } =
        new()
        {
            Type = "gaussian-mean",
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

    /// <inheritdoc />
    public JsonObject Example =>
        new()
        {
            ["data"] = new JsonObject
            {
                ["synthetic"] = new JsonObject
                {
                    ["generator"] = "gaussian",
                    ["n"] = 50,
                    ["mean"] = 2,
                    ["sd"] = 1,
                },
            },
            ["model"] = new JsonObject
            {
                ["type"] = Type,
                ["priorMean"] = 0,
                ["priorSd"] = 2,
                ["noiseSd"] = 1,
            },
        };

    /// <inheritdoc />
    public IPreparedFit Prepare(FitRequest request)
    {
        var settings = (GaussianMeanSettings)request.Settings;
        var data = OneColumn.Of(request, Type);
        var prior = GaussianMeanModel.Prior(settings.PriorMean, settings.PriorSd, settings.NoiseSd);
        if (request.Inference is DensitySettings)
        {
            var model = ProgramModels.GaussianMean(prior, ProgramData.Target(request));
            return new ProgramFit(
                request,
                model,
                new ProgramWords { Labels = ProgramData.Labels(("mu", $"mean of {data.Name}")) }
            );
        }

        var moments = Statistics.Moments(data.Rows);
        return new SweepFit<Normal>(
            GaussianMeanModel.Fit(prior, data.Rows, request.FitOptions()),
            sweep => Answer(request, data, prior, moments, sweep)
        );
    }

    private static FitAnswer Answer(
        FitRequest request,
        OneColumn data,
        GaussianMeanPrior prior,
        Moments moments,
        Sweep<Normal> sweep
    )
    {
        var q = sweep.Posterior;
        var logEvidence = GaussianMeanModel.LogEvidence(prior, moments);
        var posterior = GaussianMeanModel.Posterior(prior, moments);
        var predictive = GaussianMeanModel.Predictive(prior, q);
        return new FitAnswer
        {
            ElboTerms = new Dictionary<string, double>(StringComparer.Ordinal),
            Posterior = new Dictionary<string, PosteriorSummary>(StringComparer.Ordinal)
            {
                ["mu"] = Summaries.Scalar($"mean of {data.Name}", Summary.Of(q), request.Truth["mu"]),
            },
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
                ["predictive"] = PredictiveJson.Of(Summary.Of(predictive)),
            },
            Findings = [EvidenceFinding.Of(logEvidence, sweep.Elbo, isExact: true)],
            ThinnedDraws = new DrawTable([new FactorDraws(request.Seed).Of("mu", q)], 1).Thinned(),
            Exhibits = GaussianMeanExhibits.Of(data, prior, moments, q, posterior, logEvidence),
        };
    }
}
