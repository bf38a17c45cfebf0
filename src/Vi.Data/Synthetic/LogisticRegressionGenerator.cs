namespace Vi.Data.Synthetic;

/// <summary>x_i ~ N(0, I), y_i is 1 with probability sigma(weights . x_i + intercept), otherwise 0.</summary>
internal sealed record LogisticRegressionGenerator : GeneratorSettings
{
    public required int N { get; init; }
    public int Test { get; init; }
    public required IReadOnlyList<double> Weights { get; init; }
    public double Intercept { get; init; }

    protected override IEnumerable<(bool Holds, string Key, string Message)> Rules() =>
        [(Weights.Count > 0, "weights", "the list is empty; give one weight a predictor")];

    protected override GeneratedData Draw(RandomStream random)
    {
        IReadOnlyList<TableColumn> Rows(int count) =>
            Columns(SyntheticData.LogisticRegression(count, Weights, Intercept, random), hasTarget: true);
        var truth = new JsonObject { ["w"] = Stored(Weights), ["intercept"] = Intercept };
        return new GeneratedData(Rows(N), truth) { Test = Test == 0 ? null : Rows(Test) };
    }
}
