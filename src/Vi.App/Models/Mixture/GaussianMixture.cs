using Vi.App.Models.Priors;
using Vi.App.Models.Programs;

namespace Vi.App.Models.Mixture;

internal sealed record GaussianMixtureSettings : INormalWishartSettings
{
    public required int Components { get; init; }
    public MixtureWeights Weights { get; init; }
    public double Concentration { get; init; } = 1;
    public MixtureCovariance Covariance { get; init; }
    public double? Beta0 { get; init; }
    public double? Nu0 { get; init; }
    public IReadOnlyList<double>? M0 { get; init; }

    [JsonPropertyName("W0")]
    public IReadOnlyList<IReadOnlyList<double>>? W0 { get; init; }
}

/// <summary>Mixture of multivariate normal distributions.</summary>
internal sealed class GaussianMixture()
    : Model<GaussianMixtureSettings>(
        "gaussian-mixture",
        DataNeed.Columns,
        Provision.Sweeps | Provision.RowStatistics | Provision.Stream | Provision.LogDensity | Provision.Conditionals
    )
{
    public override bool DependsOnStart => true;

    protected override IPreparedFit Prepare(FitRequest request, GaussianMixtureSettings settings)
    {
        var rows = request.Rows();
        var moments = Statistics.Moments(rows);
        var data = request.RequireData();
        var component = NormalWishartPriors.Of(
            settings,
            data,
            moments,
            Problems(settings, data),
            settings.Components,
            independentColumns: settings.Covariance == MixtureCovariance.Diagonal
        );
        var design = new MixtureDesign(
            settings.Weights,
            settings.Covariance,
            settings.Components,
            settings.Concentration,
            component.Mean,
            component.PrecisionScale,
            component.DegreesOfFreedom,
            component.InverseScale
        );
        if (component.LearnsScale)
        {
            design = design.WithLearnedScale();
        }

        if (request.Inference is DensitySettings)
        {
            return new ProgramFit(
                request,
                GaussianMixtureModel.AsModel(design, rows),
                new ProgramPresentation { Quantities = MixtureAnswer.Quantities(settings.Components, data.ColumnNames) }
            );
        }

        return new SweepFit<FittedMixture>(
            request,
            GaussianMixtureModel.Fit(design, rows, request.FitOptions()),
            sweep =>
                Answer(request, design, moments, rows, sweep) with
                {
                    ResolvedSettings = component.ResolvedSettings(),
                }
        )
        {
            Checker = q => q.Checker(rows, []),
        };
    }

    private static FitAnswer Answer(
        FitRequest request,
        MixtureDesign design,
        Moments moments,
        Rows rows,
        Sweep<FittedMixture> sweep
    )
    {
        var response = request.Response(sweep, () => sweep.Posterior.LinearResponse(rows, new()));
        var answer = new MixtureAnswer(request.RequireData(), sweep.Posterior);
        var components = sweep.Posterior.Components.Count;
        double? logEvidence = components == 1 ? GaussianMixtureModel.LogEvidenceOfOne(design, moments) : null;
        return FitAnswer.Of(request, answer.Posterior, response) with
        {
            Parameters = answer.Parameters(design.Covariance),
            Diagnostics = answer.Diagnostics(logEvidence),
            Findings =
            [
                answer.Occupied < components
                    ? Finding.Of(
                        Severity.Hint,
                        "empty-components",
                        ("occupied", answer.Occupied),
                        ("components", components),
                        ("effective", answer.Effective)
                    )
                    : Finding.Of(Severity.Hint, "all-components-used", ("components", components)) with
                    {
                        Setting = new SettingChange("model.components", 2 * components),
                    },
                EvidenceFinding.Of(logEvidence, sweep.Elbo, isExact: true),
            ],
            Exhibits = answer.Exhibits(request.Truth),
        };
    }

    private static IEnumerable<Problem> Problems(GaussianMixtureSettings settings, Dataset data)
    {
        if (settings.Weights == MixtureWeights.StickBreaking && settings.Components < 2)
        {
            yield return new(
                "model.components",
                "a single component has no stick to break; give at least 2, or \"weights\": \"dirichlet\""
            );
        }

        if (settings.Components > data.RowCount)
        {
            yield return new(
                "model.components",
                $"{settings.Components} components for {data.RowCount} rows; at most as many components as rows are allowed"
            );
        }
    }
}
