namespace Vi.App.Data.Synthetic;

/// <summary>Independent normal draws: x_i ~ N(mean, sd^2).</summary>
internal sealed class GaussianGenerator()
    : Generator<GaussianGenerator.Settings>("gaussian", "independent normal draws in one column")
{
    protected override GeneratedData Generate(Settings settings, RandomStream random)
    {
        var (n, mean, sd) = (settings.N, settings.Mean, settings.Sd);
        var x = new double[n];
        for (var i = 0; i < n; i++)
        {
            x[i] = mean + sd * random.NextNormal();
        }

        return new GeneratedData(
            [new TableColumn("x1", x)],
            null,
            null,
            new JsonObject
            {
                ["mu"] = mean,
                ["tau"] = 1 / (sd * sd),
                ["sigma"] = sd,
            }
        );
    }

    public sealed record Settings
    {
        [Setting("number of rows", Minimum = 1)]
        public required int N { get; init; }

        [Setting("true mean")]
        public double Mean { get; init; }

        [Setting("true standard deviation", ExclusiveMinimum = 0)]
        public double Sd { get; init; } = 1;
    }
}
