using Vi.App.Models.Priors;
using Vi.App.Models.Programs;

namespace Vi.App.Models.Mixture;

internal sealed record GaussianMixtureSettings : INormalWishartSettings
{
    public required int Components { get; init; }
    public MixtureWeights Weights { get; init; }
    public double? Concentration { get; init; }
    public MixtureCovariance Covariance { get; init; }
    public double? Beta0 { get; init; }
    public double? Nu0 { get; init; }
    public IReadOnlyList<double>? M0 { get; init; }

    [JsonPropertyName("W0")]
    public IReadOnlyList<IReadOnlyList<double>>? W0 { get; init; }
    public IReadOnlyList<int>? CompareComponents { get; init; }
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

    public override JsonObject Suited(DataRecord data) => new() { ["components"] = Min(6, (int)data.Rows) };

    protected override IPreparedFit Prepare(FitRequest request, GaussianMixtureSettings settings)
    {
        var rows = request.Rows();
        var moments = Statistics.Moments(rows);
        var data = request.RequireData();
        NormalWishartPriors Component(int components) =>
            NormalWishartPriors.Of(
                settings,
                data,
                moments,
                Problems(settings, data),
                components,
                independentColumns: settings.Covariance == MixtureCovariance.Diagonal
            );
        MixtureDesign Design(int components) => DesignOf(settings, components, Component(components));
        var design = Design(settings.Components);
        if (request.Inference is DensitySettings)
        {
            return new ProgramFit(
                request,
                GaussianMixtureModel.AsModel(design, rows),
                new ProgramPresentation { Quantities = MixtureAnswer.Quantities(settings.Components, data.ColumnNames) }
            );
        }

        IEnumerable<Sweep<FittedMixture>> Fit(int components) =>
            GaussianMixtureModel.Fit(Design(components), rows, request.FitOptions());
        return new SweepFit<FittedMixture>(
            request,
            Fit(settings.Components),
            sweep =>
                Answer(request, settings, design, moments, rows, sweep, Fit) with
                {
                    ResolvedSettings = Component(settings.Components)
                        .ResolvedSettings()
                        .Append(new("concentration", Significant(ConcentrationOf(settings, settings.Components))))
                        .ToDictionary(StringComparer.Ordinal),
                }
        )
        {
            Checker = q => q.Checker(rows, []),
        };
    }

    /// <summary>
    /// As a Dirichlet prior of the weights is worth one row in all by default, components that the data do not need end up without rows.
    /// </summary>
    private static double ConcentrationOf(GaussianMixtureSettings settings, int components) =>
        settings.Concentration ?? (settings.Weights == MixtureWeights.StickBreaking ? 1 : 1.0 / components);

    private static MixtureDesign DesignOf(
        GaussianMixtureSettings settings,
        int components,
        NormalWishartPriors component
    )
    {
        var design = new MixtureDesign(
            settings.Weights,
            settings.Covariance,
            components,
            ConcentrationOf(settings, components),
            component.Mean,
            component.PrecisionScale,
            component.DegreesOfFreedom,
            component.InverseScale
        );
        return component.LearnsScale ? design.WithLearnedScale() : design;
    }

    private static FitAnswer Answer(
        FitRequest request,
        GaussianMixtureSettings settings,
        MixtureDesign design,
        Moments moments,
        Rows rows,
        Sweep<FittedMixture> sweep,
        Func<int, IEnumerable<Sweep<FittedMixture>>> fit
    )
    {
        var response = request.Response(sweep, () => sweep.Posterior.LinearResponse(rows, new()));
        // Stick-breaking weights have an order, so other labels are other answers.
        var compared = OtherNumbers.Of(
            settings.CompareComponents,
            settings.Components,
            sweep,
            fit,
            (count, q) =>
                settings.Weights == MixtureWeights.StickBreaking
                    ? 0
                    : TriedNumbers.LogLabellings(count, q.Counts.ToArray().Count(rows => rows >= 1))
        );
        var answer = new MixtureAnswer(request.RequireData(), sweep.Posterior, compared);
        var components = settings.Components;
        double? logEvidence = components == 1 ? GaussianMixtureModel.LogEvidenceOfOne(design, moments) : null;
        return FitAnswer.Of(request, answer.Posterior, response) with
        {
            Parameters = answer.Parameters(design.Covariance),
            Fitted = request.Stored(FittedModels.Of(request.RequireData().ColumnNames, sweep.Posterior)),
            Diagnostics = answer.Diagnostics(logEvidence),
            Findings =
            [
                .. Findings(answer, components, compared),
                EvidenceFinding.Of(logEvidence, sweep.Elbo, isExact: true),
            ],
            Exhibits = answer.Exhibits(request.Truth),
        };
    }

    private static IEnumerable<Finding> Findings(
        MixtureAnswer answer,
        int components,
        IReadOnlyList<TriedNumber> compared
    )
    {
        if (answer.Occupied < components)
        {
            yield return Finding.Of(
                Severity.Hint,
                "empty-components",
                ("occupied", answer.Occupied),
                ("components", components),
                ("effective", answer.Effective)
            );
        }

        foreach (var better in OtherNumbers.Better(compared, components, "components", Severity.Hint))
        {
            yield return better;
        }
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

        foreach (
            var (setting, count) in OtherNumbers.Above(
                data.RowCount,
                ("components", settings.Components),
                ("compareComponents", settings.CompareComponents)
            )
        )
        {
            yield return new(
                setting,
                $"{count} components for {data.RowCount} rows; at most as many components as rows are allowed"
            );
        }
    }
}
