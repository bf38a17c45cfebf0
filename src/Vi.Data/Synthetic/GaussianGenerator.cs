namespace Vi.Data.Synthetic;

/// <summary>x_i ~ N(mean, sd^2).</summary>
internal sealed record GaussianGenerator : GeneratorSettings
{
    public required int N { get; init; }
    public double Mean { get; init; }
    public double Sd { get; init; } = 1;

    protected override GeneratedData Draw(RandomStream random) =>
        new(
            [new TableColumn("x1", SyntheticData.Normal(N, Mean, Sd, random))],
            new JsonObject
            {
                ["mu"] = Mean,
                ["tau"] = 1 / (Sd * Sd),
                ["sigma"] = Sd,
            }
        );
}
