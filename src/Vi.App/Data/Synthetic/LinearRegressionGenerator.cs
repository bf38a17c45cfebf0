namespace Vi.App.Data.Synthetic;

/// <summary>A linear regression: x_i ~ N(0, I), y_i ~ N(weights . x_i, noiseSd^2).</summary>
internal sealed class LinearRegressionGenerator()
    : Generator<LinearRegressionGenerator.Settings>(
        "linear-regression",
        "standard normal predictors and a linear target with normal noise",
        hasTarget: true
    )
{
    protected override GeneratedData Generate(Settings settings, RandomStream random)
    {
        var (train, test) = LinearPredictors.Rows(
            settings.Weights,
            0,
            (settings.N, settings.Test),
            random,
            mean => mean + (settings.NoiseSd * random.NextNormal())
        );
        var truth = new JsonObject
        {
            ["w"] = Numbers(settings.Weights),
            ["tau"] = 1 / (settings.NoiseSd * settings.NoiseSd),
            ["sigma"] = settings.NoiseSd,
        };
        return new GeneratedData(train, test, null, truth);
    }

    protected override IEnumerable<(bool Holds, string Key, string Message)> Problems(Settings settings) =>
        [(settings.Weights.Count > 0, "weights", "the list is empty; give one weight a predictor")];

    public sealed record Settings
    {
        [Setting("number of rows", Minimum = 1)]
        public required int N { get; init; }

        [Setting("number of held-out rows", Minimum = 0)]
        public int Test { get; init; }

        [Setting("true weights, one a predictor")]
        public required IReadOnlyList<double> Weights { get; init; }

        [Setting("true standard deviation of the noise", ExclusiveMinimum = 0)]
        public double NoiseSd { get; init; } = 1;
    }
}
