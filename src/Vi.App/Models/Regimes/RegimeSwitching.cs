using Vi.App.Models.Priors;
using Vi.App.Models.Programs;

namespace Vi.App.Models.Regimes;

internal sealed record RegimeSwitchingSettings : INormalWishartSettings
{
    public required int States { get; init; }
    public double Concentration { get; init; } = 1;
    public double Stickiness { get; init; }
    public double Beta0 { get; init; } = 1;
    public double? Nu0 { get; init; }
    public IReadOnlyList<double>? M0 { get; init; }

    [JsonPropertyName("W0")]
    public IReadOnlyList<IReadOnlyList<double>>? W0 { get; init; }
}

/// <summary>Hidden Markov chain of multivariate normal states.</summary>
internal sealed class RegimeSwitching()
    : Model<RegimeSwitchingSettings>(
        "regime-switching",
        DataNeed.Columns,
        Provision.Sweeps | Provision.LogDensity | Provision.Conditionals
    )
{
    public override bool DependsOnStart => true;

    protected override IPreparedFit Prepare(FitRequest request, RegimeSwitchingSettings settings)
    {
        var data = request.RequireData();
        ChainMemory.Require(
            data.RowCount,
            data.ColumnNames.Count,
            settings.States,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
        );
        var rows = request.Rows();
        var state = NormalWishartPriors.Of(settings, data, Statistics.Moments(rows), Problems(settings, data));
        var prior = RegimeSwitchingModel.Prior(
            settings.States,
            settings.Concentration,
            settings.Stickiness,
            state.Mean,
            state.PrecisionScale,
            state.DegreesOfFreedom,
            state.InverseScale
        );
        if (request.Inference is DensitySettings)
        {
            return new ProgramFit(
                request with
                {
                    Truth = RegimeFit.InOrder(request.Truth, settings.States),
                },
                RegimeSwitchingModel.AsModel(prior, rows),
                new ProgramPresentation { Quantities = Quantities(settings.States, data.ColumnNames) }
            );
        }

        return new SweepFit<RegimeSwitchingPosterior>(
            request,
            RegimeSwitchingModel.Fit(prior, rows, request.FitOptions()),
            sweep =>
                new RegimeAnswer(request, prior, rows, sweep).Make() with
                {
                    ResolvedSettings = state.ResolvedSettings(),
                }
        )
        {
            Checker = q => RegimeSwitchingModel.Checker(prior, rows, q, []),
        };
    }

    /// <summary>What is reported of S states.</summary>
    internal static Quantity[] Quantities(int states, IReadOnlyList<string> columns) =>
        [
            Quantity.Vector("pi", "probabilities of the first state", states),
            Quantity.Matrix("A", "transition probabilities, from row to column", states, states),
            Quantity.Matrix("mu", "means of the states", states, columns),
            Quantity.Matrix("sigma", "standard deviations within the states (volatilities)", states, columns),
            Quantity.Vector("stationary", "shares of time in the long run", states),
            Quantity.Vector("duration", "expected rows until a state is left", states),
        ];

    private static IEnumerable<Problem> Problems(RegimeSwitchingSettings settings, Dataset data)
    {
        if (settings.States > data.RowCount)
        {
            yield return new(
                "model.states",
                $"{settings.States} states for {data.RowCount} rows; at most as many states as rows are allowed"
            );
        }
    }
}
