using System.Text.Json.Nodes;
using Vi.App.Configuration;
using Vi.Math.Fluent;

namespace Vi.App.Data.Synthetic;

/// <summary>A logistic regression: x_i ~ N(0, I), y_i is 1 with probability sigma(weights . x_i + intercept), otherwise 0.</summary>
public sealed class LogisticRegressionGenerator : IGenerator
{
    /// <inheritdoc />
    public string Name => "logistic-regression";

    /// <inheritdoc />
    public string Summary => "standard normal predictors and a target of zeros and ones with linear log odds";

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
            given.Intercept,
            (given.N, given.Test),
            random,
            logOdds => random.NextUniform() < LogisticRegressionModel.Sigmoid(logOdds) ? 1 : 0
        );
        var truth = new JsonObject
        {
            ["w"] = new JsonArray([.. given.Weights.Select(w => JsonValue.Create(w))]),
            ["intercept"] = given.Intercept,
        };
        return new GeneratedData(train, test, null, truth);
    }

    /// <summary>Parameters of <see cref="LogisticRegressionGenerator"/>.</summary>
    public sealed record Settings
    {
        /// <summary>Number of rows.</summary>
        [Setting("number of rows", Minimum = 1)]
        public required int N { get; init; }

        /// <summary>Number of held-out rows.</summary>
        [Setting("number of held-out rows", Minimum = 0)]
        public int Test { get; init; }

        /// <summary>True weights, one a predictor.</summary>
        [Setting("true weights, one a predictor, in log odds")]
        public required IReadOnlyList<double> Weights { get; init; }

        /// <summary>True log odds where all predictors are 0.</summary>
        [Setting("true log odds where all predictors are 0")]
        public double Intercept { get; init; }
    }
}
