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

    protected override IPreparedFit Prepare(FitRequest request, FactorModelSettings settings)
    {
        ExperimentException.ThrowIfAny(Problems(settings, request.RequireData().ColumnNames.Count));
        var data = LatentFactorModel.Data(request.Rows().WithThreads(request.Threads), settings.Center);
        var resolved = new FactorPriors(settings, data.Scales);
        var prior = resolved.Of(settings.Factors);
        var priors = resolved.Records(Quantities(settings.Factors, request.RequireData().ColumnNames));
        if (request.Inference is DensitySettings)
        {
            return new ProgramFit(
                request,
                LatentFactorModel.AsModel(prior, data),
                new ProgramPresentation
                {
                    Quantities = Quantities(settings.Factors, request.RequireData().ColumnNames),
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
            sweep => new FactorAnswer(request, settings, data, sweep).Make()
        )
        {
            Priors = priors,
            Checker = q => LatentFactorModel.Checker(prior, data, q, []),
        };
    }

    /// <summary>What is reported of K factors; communalities by samplers only.</summary>
    internal static Quantity[] Quantities(int factors, IReadOnlyList<string> columns) =>
        [
            Quantity.Matrix("B", "loadings, a row for each column", columns, factors),
            Quantity.Vector("psi", "idiosyncratic variances", columns),
            Quantity.Vector("alpha", "precisions of the factors' loadings", factors),
            Quantity.Vector("communality", "variances that the factors explain", columns),
        ];

    private static IEnumerable<Problem> Problems(FactorModelSettings settings, int columns) =>
        (settings.CompareFactors ?? [])
            .Select(factors => (Setting: "compareFactors", Factors: factors))
            .Prepend((Setting: "factors", settings.Factors))
            .Where(given => given.Factors > columns)
            .Select(given => new Problem(
                $"model.{given.Setting}",
                $"{given.Factors} factors for {columns} columns; at most {columns} are allowed"
            ));
}
