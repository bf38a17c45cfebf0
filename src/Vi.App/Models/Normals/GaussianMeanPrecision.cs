using Vi.App.Models.Priors;
using Vi.App.Models.Programs;

namespace Vi.App.Models.Normals;

/// <summary>mu | tau ~ N(m0, 1 / (kappa0 tau)), tau ~ Gamma(a0, b0).</summary>
internal sealed record GaussianMeanPrecisionSettings
{
    public double? M0 { get; init; }
    public double Kappa0 { get; init; } = 0.01;
    public double? A0 { get; init; }
    public double? B0 { get; init; }
}

/// <summary>Unknown mean and precision: the smallest model where factorising costs something, and the cost is known.</summary>
internal sealed class GaussianMeanPrecision()
    : Model<GaussianMeanPrecisionSettings>(
        "gaussian-mean-precision",
        DataNeed.Columns,
        Provision.Sweeps | Provision.Stream | Provision.LogDensity | Provision.Conditionals
    )
{
    public override int? ColumnCount => 1;

    protected override IPreparedFit Prepare(FitRequest request, GaussianMeanPrecisionSettings settings)
    {
        var data = OneColumn.Of(request, Type);
        var moments = Statistics.Moments(data.Rows);
        var size = DefaultPriors.Sizes(moments, aboutZero: false)[0];
        var (origin, unit) = request.RequireData().Scale(0);
        var (shape, rate) = DefaultPriors.Noise(settings.A0, settings.B0 * unit * unit, size * size);
        var mean = origin + (unit * settings.M0) ?? moments.Mean[0];
        var prior = GaussianMeanPrecisionModel.Prior(mean, settings.Kappa0, shape, rate);
        Quantity[] quantities =
        [
            Quantity.Scalar("mu", $"mean of {data.Name}"),
            Quantity.Scalar("tau", $"precision of {data.Name}"),
            Quantity.Scalar("sigma", $"standard deviation of {data.Name}"),
        ];
        // Given tau, mu ~ N(m0, 1 / (kappa0 tau)); shown at the prior's own size of the noise.
        PriorRecord[] priors =
        [
            .. DefaultPriors.Normals(
                quantities[0],
                settings.M0 is null,
                [prior.Mean],
                [Sqrt(rate / (shape * settings.Kappa0))],
                [size]
            ),
            .. DefaultPriors.Gammas(
                quantities[1],
                PriorFamily.Gamma,
                settings.B0 is null,
                shape,
                [rate],
                [1 / (size * size)]
            ),
        ];
        if (request.Inference is DensitySettings)
        {
            var model = ProgramModels.GaussianMeanPrecision(prior, ProgramData.Target(request));
            return new ProgramFit(request, model, new ProgramPresentation { Quantities = quantities })
            {
                Priors = priors,
            };
        }

        return new SweepFit<GaussianMeanPrecisionPosterior>(
            request,
            GaussianMeanPrecisionModel.Fit(prior, data.Rows, request.FitOptions()),
            sweep => Answer(request, data, prior, quantities, sweep)
        )
        {
            Priors = priors,
            Checker = q => GaussianMeanPrecisionModel.Checker(prior, data.Rows, q),
        };
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
        var predictive = Marginal.Of(GaussianMeanPrecisionModel.Predictive(q));
        var response = request.Response(
            sweep,
            () => GaussianMeanPrecisionModel.LinearResponse(prior, moments, q, new())
        );
        PosteriorQuantity[] posterior =
        [
            new(quantities[0], q.Mean),
            new(quantities[1], q.Precision),
            PosteriorQuantity.OfSpread(quantities[2], q.Precision, response),
        ];
        return FitAnswer.Of(request, posterior, response) with
        {
            Fitted = request.Stored(FittedModels.Of(data.Name, q)),
            Parameters = new NamedNumbers
            {
                { "mu_n", q.Mean.Mean },
                { "sigma_n", Distribution.Sd(q.Mean) },
                { "a_n", q.Precision.Shape },
                { "b_n", q.Precision.Rate },
            },
            Diagnostics = new NamedNumbers
            {
                { "logEvidence", logEvidence },
                { "evidenceGap", logEvidence - sweep.Elbo },
                { "klToPosterior", GaussianMeanPrecisionModel.Divergence(prior, moments, q) },
                { "predictive", predictive },
            },
            Findings = [EvidenceFinding.Of(logEvidence, sweep.Elbo, isExact: false)],
            Exhibits = GaussianMeanPrecisionFigures.ofFit(
                data.Name,
                data.Values,
                GaussianMeanPrecisionModel.Posterior(prior, moments),
                q,
                predictive
            ),
        };
    }
}
