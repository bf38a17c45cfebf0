using System.Text.Json.Nodes;
using Vi.App.Configuration;

namespace Vi.App.Data.Synthetic;

/// <summary>A linear regression: x_i ~ N(0, I), y_i ~ N(weights . x_i, noiseSd^2).</summary>
public sealed class LinearRegressionGenerator : IGenerator
{
    /// <inheritdoc />
    public string Name => "linear-regression";

    /// <inheritdoc />
    public string Summary => "standard normal predictors and a linear target with normal noise";

    /// <inheritdoc />
    public Type SettingsType => typeof(Settings);

    /// <inheritdoc />
    public bool HasTarget => true;

    /// <inheritdoc />
    public GeneratedData Generate(object settings, IRandomSource random)
    {
        var given = (Settings)settings;
        var (train, test) = LinearPredictors.Rows(
            given.Weights,
            0,
            (given.N, given.Test),
            random,
            mean => mean + (given.NoiseSd * random.NextNormal())
        );
        var truth = new JsonObject
        {
            ["w"] = new JsonArray([.. given.Weights.Select(w => JsonValue.Create(w))]),
            ["tau"] = 1 / (given.NoiseSd * given.NoiseSd),
            ["sigma"] = given.NoiseSd,
        };
        return new GeneratedData(train, test, null, truth);
    }

    /// <summary>Parameters of <see cref="LinearRegressionGenerator"/>.</summary>
    public sealed record Settings
    {
        /// <summary>Number of rows.</summary>
        [Setting("number of rows", Minimum = 1)]
        public required int N { get; init; }

        /// <summary>Number of held-out rows.</summary>
        [Setting("number of held-out rows", Minimum = 0)]
        public int Test { get; init; }

        /// <summary>True weights, one a predictor.</summary>
        [Setting("true weights, one a predictor")]
        public required IReadOnlyList<double> Weights { get; init; }

        /// <summary>True standard deviation of the noise.</summary>
        [Setting("true standard deviation of the noise", ExclusiveMinimum = 0)]
        public double NoiseSd { get; init; } = 1;
    }
}
