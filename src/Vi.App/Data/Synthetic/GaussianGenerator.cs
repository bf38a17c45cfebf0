namespace Vi.App.Data.Synthetic;

/// <summary>x_i ~ N(mean, sd^2).</summary>
internal sealed record GaussianGenerator : GeneratorSettings
{
    [Setting("number of rows", Minimum = 1)]
    public required int N { get; init; }

    [Setting("true mean")]
    public double Mean { get; init; }

    [Setting("true standard deviation", ExclusiveMinimum = 0)]
    public double Sd { get; init; } = 1;

    public static Generator Descriptor { get; } =
        new("gaussian", "independent normal draws in one column", typeof(GaussianGenerator));

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
