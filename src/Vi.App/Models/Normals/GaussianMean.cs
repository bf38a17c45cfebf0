using Vi.App.Models.Priors;
using Vi.App.Models.Programs;

namespace Vi.App.Models.Normals;

internal sealed record GaussianMeanSettings
{
    public double PriorMean { get; init; }
    public required double PriorSd { get; init; }
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
    public override int? ColumnCount => 1;

    /// <summary>The noise of the data themselves, and a prior that is wide beside them.</summary>
    public override JsonObject Suited(DataRecord data)
    {
        var column = data.Summaries[0];
        return new() { ["priorSd"] = Rounded(10 * Max(Abs(column.Mean), column.Sd)), ["noiseSd"] = Rounded(column.Sd) };
    }

    private static double Rounded(double value) =>
        value > 0 ? double.Parse(value.ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : 1;

    protected override IPreparedFit Prepare(FitRequest request, GaussianMeanSettings settings)
    {
        var data = OneColumn.Of(request, Type);
        var (origin, unit) = request.RequireData().Scale(0);
        var (priorMean, priorSd) = (origin + (unit * settings.PriorMean), unit * settings.PriorSd);
        var prior = GaussianMeanModel.Prior(priorMean, priorSd, unit * settings.NoiseSd);
        var mu = Quantity.Scalar("mu", $"mean of {data.Name}");
        double[] size = [Abs(Statistics.Moments(data.Rows).Mean[0] - priorMean)];
        PriorRecord[] priors = [.. DefaultPriors.Normals(mu, false, [priorMean], [priorSd], size)];
        if (request.Inference is DensitySettings)
        {
            var noise = new NamedArray("noiseVariance", [], [prior.NoiseVariance]);
            var model = ProgramModels.GaussianMean(prior, ProgramData.Target(request));
            return new ProgramFit(request, model, new ProgramPresentation { Quantities = [mu], Predicting = [noise] })
            {
                Priors = priors,
            };
        }

        return new SweepFit<Normal>(
            request,
            GaussianMeanModel.Fit(prior, data.Rows, request.FitOptions()),
            sweep => Answer(request, data, prior, mu, sweep)
        )
        {
            Priors = priors,
            Checker = q => GaussianMeanModel.Checker(prior, data.Rows, q),
        };
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
        var predictive = Marginal.Of(GaussianMeanModel.Predictive(prior, q));
        return FitAnswer.Of(request, [new(mu, q)]) with
        {
            Fitted = request.Stored(FittedModels.Of(data.Name, prior, q)),
            Parameters = new NamedNumbers { { "mu_n", q.Mean }, { "sigma_n", Distribution.Sd(q) } },
            Diagnostics = new NamedNumbers
            {
                { "logEvidence", logEvidence },
                { "evidenceGap", logEvidence - sweep.Elbo },
                { "klToPosterior", Distribution.Divergence(q, posterior) },
                { "predictive", predictive },
            },
            Findings = [EvidenceFinding.Of(logEvidence, sweep.Elbo, isExact: true)],
            Exhibits = GaussianMeanFigures.ofFit(
                data.Name,
                data.Values,
                prior,
                moments,
                posterior,
                logEvidence,
                q,
                predictive
            ),
        };
    }
}
