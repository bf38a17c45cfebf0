using Vi.App.Models.Priors;

namespace Vi.App.Models.Programs;

internal sealed record EightSchoolsSettings
{
    public bool Centred { get; init; }
}

/// <summary>Effects of several experiments, measured with known errors, that are alike to an unknown degree.</summary>
internal sealed class EightSchools()
    : Model<EightSchoolsSettings>("eight-schools", DataNeed.Columns, Provision.LogDensity)
{
    /// <summary>Standard deviation of mu's prior in the published model, in the effects' own unit.</summary>
    private const double PriorSd = 5;

    public override int? ColumnCount => 2;

    protected override IPreparedFit Prepare(FitRequest request, EightSchoolsSettings settings)
    {
        request = request with { Data = request.Data?.Standardized() };
        var data = request.RequireData();
        if (data.ColumnNames.Count != 2)
        {
            throw new ExperimentException(
                "data.columns",
                $"{data.ColumnNames.Count} columns; eight-schools reads two: the measured effect and its standard error"
            );
        }

        var errors = ProgramData.Column(request, 1).ToArray();
        if (Array.FindIndex(errors, e => !(e > 0)) is >= 0 and var bad)
        {
            throw ProgramData.BadCell(data, "data", bad, 1, $"a standard error is positive, not {errors[bad]:R}");
        }

        var effects = ProgramData.Column(request, 0).ToArray();
        var weights = errors.Select(e => 1 / (e * e)).ToArray();
        var pooled = effects.Zip(weights, (effect, weight) => effect * weight).Sum() / weights.Sum();
        var mu = Quantity.Scalar("mu", "common mean of the effects");
        return new ProgramFit(
            request,
            ProgramModels.EightSchools(effects, errors, settings.Centred),
            new ProgramPresentation
            {
                Quantities =
                [
                    mu,
                    Quantity.Scalar("tau", "sd of the effects around it"),
                    Quantity.Vector("theta", "true effects", data.RowCount),
                ],
                Hidden = ["theta_trans"],
            }
        )
        {
            Priors = [.. DefaultPriors.Normals(mu, false, [0], [PriorSd], [Abs(pooled)])],
        };
    }
}
