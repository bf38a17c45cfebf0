using Vi.App.Models.Programs;

namespace Vi.App.Models.Factors;

internal sealed record FactorModelSettings
{
    public required int Factors { get; init; }
    public double? LoadingSd { get; init; }
    public double A0 { get; init; } = 1;
    public double? B0 { get; init; }
    public bool Ard { get; init; } = true;
    public double ArdShape { get; init; } = 1e-3;
    public double? ArdRate { get; init; }
    public bool Center { get; init; } = true;
    public bool Rotation { get; init; } = true;
    public IReadOnlyList<int>? CompareFactors { get; init; }
}

/// <summary>Factor model with loadings, factors and idiosyncratic variances unknown.</summary>
internal sealed class FactorModel()
    : Model<FactorModelSettings>(
        "factor-model",
        DataNeed.Columns,
        Provision.Sweeps | Provision.LogDensity | Provision.Conditionals
    )
{
    public override bool TakesGaps => true;

    public override string WhyNot(Algorithm algorithm) =>
        algorithm.Needs.HasFlag(Provision.RowStatistics) || algorithm.Needs.HasFlag(Provision.Stream)
            ? "without gaps the rows enter through R'R alone, which is read once, so that a sweep costs nothing in the number of rows, and "
                + "minibatches would add noise and save nothing; use \"cavi\", which reads rows with gaps block by block"
            : "";

    public override JsonObject Suited(DataRecord data) => new() { ["factors"] = Min(3, data.Columns.Count) };

    protected override IPreparedFit Prepare(FitRequest request, FactorModelSettings settings)
    {
        ExperimentException.ThrowIfAny(Problems(settings, request.RequireData().ColumnNames.Count));
        var data = LatentFactorModel.Data(
            request.Rows().WithThreads(request.Threads),
            settings.Center || request.RequireData().Scales is not null
        );
        var resolved = new FactorPriors(settings, data.Scales, request.RequireData().StandardDeviations);
        var prior = resolved.Of(settings.Factors);
        var priors = resolved.Records(FactorAnswer.Quantities(settings.Factors, request.RequireData().ColumnNames));
        if (request.Inference is DensitySettings)
        {
            return new ProgramFit(
                request,
                LatentFactorModel.AsModel(prior, data),
                new ProgramPresentation
                {
                    Quantities = FactorAnswer.Quantities(settings.Factors, request.RequireData().ColumnNames),
                    Unidentified = ["B"],
                }
            )
            {
                Priors = priors,
            };
        }

        return new SweepFit<LatentFactorPosterior>(
            request,
            LatentFactorModel.Fit(prior, data, request.FitOptions()),
            sweep => Answer(request, settings, resolved, data, sweep)
        )
        {
            Priors = priors,
            Checker = q => LatentFactorModel.Checker(prior, data, q, []),
        };
    }

    private static FitAnswer Answer(
        FitRequest request,
        FactorModelSettings settings,
        FactorPriors priors,
        LatentFactorData data,
        Sweep<LatentFactorPosterior> sweep
    )
    {
        var compared = OtherNumbers.Of(
            settings.CompareFactors,
            settings.Factors,
            sweep,
            factors => LatentFactorModel.Fit(priors.Of(factors), data, request.FitOptions()),
            static (_, _) => 0
        );
        var answer = new FactorAnswer(request.RequireData(), data, sweep.Posterior, request.Truth, compared);
        return FitAnswer.Of(request, answer.Posterior) with
        {
            LinearResponse = request.Inference is CaviSettings { LinearResponse: true }
                ? LinearResponseRecord.Of(LinearResponseRecord.Rotations)
                : null,
            Parameters = answer.Parameters,
            Fitted = request.Stored(FittedModels.Of(request.RequireData().ColumnNames, data, sweep.Posterior)),
            Diagnostics = answer.Diagnostics,
            Findings =
            [
                .. Findings(settings, answer.Kept),
                .. OtherNumbers.Better(
                    compared,
                    settings.Factors,
                    "factors",
                    settings.Ard ? Severity.Hint : Severity.Warning
                ),
            ],
            Exhibits = answer.Exhibits,
        };
    }

    private static IEnumerable<Finding> Findings(FactorModelSettings settings, int kept)
    {
        yield return kept < settings.Factors
            ? Finding.Of(
                Severity.Hint,
                "unused-factors",
                ("kept", kept),
                ("factors", settings.Factors),
                ("share", FactorAnswer.LeastShare)
            )
            : Finding.Of(Severity.Hint, "all-factors-used", ("factors", settings.Factors));
    }

    private static IEnumerable<Problem> Problems(FactorModelSettings settings, int columns) =>
        OtherNumbers
            .Above(columns, ("factors", settings.Factors), ("compareFactors", settings.CompareFactors))
            .Select(given => new Problem(
                given.Setting,
                $"{given.Count} factors for {columns} columns; at most {columns} are allowed"
            ));
}
