using System.Text.Json.Nodes;
using Vi.App.Algorithms;
using Vi.App.Configuration;
using Vi.App.Models.Support;
using Vi.Math.Fluent;
using Vi.Results;

namespace Vi.App.Models.Programs;

/// <summary>Settings of <see cref="EightSchools"/>.</summary>
public sealed record EightSchoolsSettings
{
    /// <summary>Whether the effects themselves are the coordinates.</summary>
    [Setting("whether the effects themselves are the coordinates, which makes a funnel that samplers cannot follow")]
    public bool Centred { get; init; }
}

/// <summary>Effects of several experiments, measured with known errors, that are alike to an unknown degree.</summary>
public sealed class EightSchools : IModel
{
    /// <inheritdoc />
    public string Type => "eight-schools";

    /// <inheritdoc />
    public Type SettingsType => typeof(EightSchoolsSettings);

    /// <inheritdoc />
    public Provision Provides => Provision.LogDensity;

    /// <inheritdoc />
    public DataNeed DataNeed => DataNeed.Columns;

    /// <inheritdoc />
    public ModelRecord Description { get; } =
        new()
        {
            Type = "eight-schools",
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

    /// <inheritdoc />
    public JsonObject Example =>
        new()
        {
            ["data"] = new JsonObject
            {
                ["csv"] = "../data/eight-schools.csv",
                ["columns"] = new JsonArray("effect", "error"),
            },
            ["model"] = new JsonObject { ["type"] = Type },
            ["inference"] = new JsonObject { ["algorithm"] = "nuts" },
        };

    /// <inheritdoc />
    public IPreparedFit Prepare(FitRequest request)
    {
        var settings = (EightSchoolsSettings)request.Settings;
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
            new ProgramWords
            {
                Labels = ProgramData.Labels(
                    ("mu", "common mean of the effects"),
                    ("tau", "sd of the effects around it"),
                    ("theta", "true effects")
                ),
                Hidden = ["theta_trans"],
            }
        );
    }
}
