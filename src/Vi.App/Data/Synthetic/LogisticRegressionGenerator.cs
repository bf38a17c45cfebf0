namespace Vi.App.Data.Synthetic;

/// <summary>A logistic regression: x_i ~ N(0, I), y_i is 1 with probability sigma(weights . x_i + intercept), otherwise 0.</summary>
internal sealed class LogisticRegressionGenerator()
    : Generator<LogisticRegressionGenerator.Settings>(
        "logistic-regression",
        "standard normal predictors and a target of zeros and ones with linear log odds",
        hasTarget: true
    )
{
    protected override GeneratedData Generate(Settings settings, RandomStream random)
    {
        var (train, test) = LinearPredictors.Rows(
            settings.Weights,
            settings.Intercept,
            (settings.N, settings.Test),
            random,
            logOdds => random.NextUniform() < LogisticRegressionModel.Sigmoid(logOdds) ? 1 : 0
        );
        var truth = new JsonObject { ["w"] = Numbers(settings.Weights), ["intercept"] = settings.Intercept };
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

        [Setting("true weights, one a predictor, in log odds")]
        public required IReadOnlyList<double> Weights { get; init; }

        [Setting("true log odds where all predictors are 0")]
        public double Intercept { get; init; }
    }
}
