namespace Vi.Data.Synthetic;

/// <summary>x_i ~ N(0, I), y_i ~ N(weights . x_i, noiseSd^2).</summary>
internal sealed record LinearRegressionGenerator : GeneratorSettings
{
    public required int N { get; init; }
    public int Test { get; init; }
    public required IReadOnlyList<double> Weights { get; init; }
    public double NoiseSd { get; init; } = 1;

    protected override IEnumerable<(bool Holds, string Key, string Message)> Rules() =>
        [(Weights.Count > 0, "weights", "the list is empty; give one weight a predictor")];

    protected override GeneratedData Draw(RandomStream random)
    {
        IReadOnlyList<TableColumn> Rows(int count) =>
            Columns(SyntheticData.LinearRegression(count, Weights, NoiseSd, random), hasTarget: true);
        var truth = new JsonObject
        {
            ["w"] = Stored(Weights),
            ["tau"] = 1 / (NoiseSd * NoiseSd),
            ["sigma"] = NoiseSd,
        };
        return new GeneratedData(Rows(N), truth) { Test = Test == 0 ? null : Rows(Test) };
    }
}
