namespace Vi.App.Models.Programs;

internal sealed record EightSchoolsSettings
{
    public bool Centred { get; init; }
}

/// <summary>Effects of several experiments, measured with known errors, that are alike to an unknown degree.</summary>
internal sealed class EightSchools()
    : Model<EightSchoolsSettings>("eight-schools", DataNeed.Columns, Provision.LogDensity)
{
    protected override IPreparedFit Prepare(FitRequest request, EightSchoolsSettings settings)
    {
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

        return new ProgramFit(
            request,
            ProgramModels.EightSchools(ProgramData.Column(request, 0).ToArray(), errors, settings.Centred),
            new ProgramPresentation
            {
                Quantities =
                [
                    Quantity.Scalar("mu", "common mean of the effects"),
                    Quantity.Scalar("tau", "sd of the effects around it"),
                    Quantity.Vector("theta", "true effects", data.RowCount),
                ],
                Hidden = ["theta_trans"],
            }
        );
    }
}
