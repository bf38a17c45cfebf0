namespace Vi.App.Models.Programs;

/// <summary>Settings of <see cref="EightSchools"/>.</summary>
internal sealed record EightSchoolsSettings
{
    [Setting("whether the effects themselves are the coordinates, which makes a funnel that samplers cannot follow")]
    public bool Centred { get; init; }
}

/// <summary>Effects of several experiments, measured with known errors, that are alike to an unknown degree.</summary>
internal sealed class EightSchools()
    : Model<EightSchoolsSettings>("eight-schools", DataNeed.Columns, Provision.LogDensity)
{
    public override ModelRecord Description =>
        new()
        {
            Type = Type,
            Title = "Effects that are alike to an unknown degree",
            Summary =
                "Each row is an experiment: its measured effect and the effect's standard error. The true effects scatter around a common mean by "
                + "an unknown amount, so that each is drawn towards the others as far as the data ask for it (Rubin 1981).",
            Formulas =
            [
                new("Measurements", @"y_j \sim \mathcal N(\theta_j, s_j^2)"),
                new("Effects", @"\theta_j \sim \mathcal N(\mu, \tau^2)"),
                new("Priors", @"\mu \sim \mathcal N(0, 5^2), \quad \tau \sim \mathrm{Cauchy}^+(0, 5)"),
            ],
            Approximation = "A normal distribution of mu, log tau and the standardised effects; or draws by a sampler.",
        };

    protected override string ExampleText =>
        """
            { "data": { "csv": "../data/eight-schools.csv", "columns": ["effect", "error"] },
              "model": {},
              "inference": { "algorithm": "nuts" } }
            """;

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
            throw new ExperimentException(
                "data",
                $"{data.Source}: row {bad + 1} (line {bad + 2} of a CSV file), column \"{data.ColumnNames[1]}\": a standard error is positive, not {errors[bad]:R}"
            );
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
