using Vi.App.Models.Priors;

namespace Vi.App.Models.Programs;

internal sealed record BayesianNeuralNetworkSettings
{
    public IReadOnlyList<int> Hidden { get; init; } = [50];
    public double PriorSd { get; init; } = 1;
    public double? NoiseScale { get; init; }
    public bool Standardize { get; init; } = true;
    public double? TrueNoise { get; init; }
}

/// <summary>A regression by a network of tanh layers with normal weights and learned noise.</summary>
internal sealed class BayesianNeuralNetwork()
    : Model<BayesianNeuralNetworkSettings>("bayesian-neural-network", DataNeed.ColumnsAndTarget, Provision.LogDensity)
{
    /// <summary>Draws behind a prediction.</summary>
    private const int PredictingDraws = 500;

    public override IReadOnlyList<string> ShownTruths => ["x", "f"];

    protected override IPreparedFit Prepare(FitRequest request, BayesianNeuralNetworkSettings settings)
    {
        var data = request.RequireData();
        var target = ProgramData.Target(request);
        var moments = Statistics.Moments(request.Rows());
        var columns = moments.Mean.Length - 1;
        var sizes = DefaultPriors.Sizes(moments, aboutZero: false);
        var options = new NetworkOptions
        {
            Hidden = settings.Hidden,
            PriorSd = settings.PriorSd,
            NoiseScale = settings.NoiseScale ?? sizes[^1],
            Units = settings.Standardize
                ? new NetworkUnits(
                    Statistics.Vector(moments.Mean.ToArray()[..columns]),
                    Statistics.Vector(sizes[..columns]),
                    moments.Mean[columns],
                    sizes[^1]
                )
                : InData(data, columns),
        };
        var model = ProgramModels.Network(ProgramData.Design(data), target, options);
        return new ProgramFit(
            request,
            model,
            new ProgramPresentation
            {
                Quantities =
                [
                    Quantity.Scalar("sigma", $"noise sd ({data.ColumnNames[^1]})"),
                    Quantity.Scalar("c", "output's bias"),
                ],
                Hidden =
                [
                    .. settings.Hidden.SelectMany((_, l) => new[] { $"W{l + 1}", $"b{l + 1}" }),
                    "w",
                    "c",
                    "noise",
                ],
                Exhibits = program => data.ColumnNames.Count == 2 ? [Predictions(program).Function(request.Truth)] : [],
                Diagnostics = program => Predictions(program).Errors(),
            }
        );

        // Columns that are to be standardised are so for the network, whatever its own setting.
        static NetworkUnits? InData(Dataset data, int columns) =>
            data.Scales is { } scales
                ? new NetworkUnits(
                    Statistics.Vector([.. scales.Take(columns).Select(scale => scale.Mean)]),
                    Statistics.Vector([.. scales.Take(columns).Select(scale => scale.Sd)]),
                    0,
                    1
                )
                : null;

        NetworkPredictions Predictions(ProgramDraws program)
        {
            var dimension = program.Positions.Length / program.Draws.Count;
            var chosen = Curves.Sample(program.Draws.Count, PredictingDraws);
            var sigma = program.Draws.Find("sigma")!.Entry(0);
            double[] positions =
            [
                .. chosen.SelectMany(s => program.Positions.AsSpan(s * dimension, dimension).ToArray()),
            ];
            double[] noise = [.. chosen.Select(s => sigma[s])];
            return new(
                data,
                data.Test,
                inputs => ProgramModels.NetworkPrediction(inputs, options, positions, noise),
                sigma
            );
        }
    }
}
