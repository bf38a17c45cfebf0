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
        if (given.Weights.Count == 0)
        {
            throw new ExperimentException("data.synthetic.weights", "the list is empty; give one weight a predictor");
        }

        var train = Rows(given, given.N, random);
        var test = given.Test == 0 ? null : Rows(given, given.Test, random);
        var truth = new JsonObject
        {
            ["w"] = new JsonArray([.. given.Weights.Select(w => JsonValue.Create(w))]),
            ["intercept"] = given.Intercept,
        };
        return new GeneratedData(train, test, null, truth);
    }

    private static List<TableColumn> Rows(Settings settings, int count, IRandomSource random)
    {
        var weights = settings.Weights;
        var x = weights.Select((_, j) => new TableColumn($"x{j + 1}", new double[count])).ToList();
        var y = new double[count];
        for (var i = 0; i < count; i++)
        {
            var logOdds = settings.Intercept;
            for (var j = 0; j < weights.Count; j++)
            {
                x[j].Values[i] = random.NextNormal();
                logOdds += weights[j] * x[j].Values[i];
            }

            y[i] = random.NextUniform() < LogisticRegressionModel.Sigmoid(logOdds) ? 1 : 0;
        }

        return [.. x, new TableColumn("y", y)];
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
