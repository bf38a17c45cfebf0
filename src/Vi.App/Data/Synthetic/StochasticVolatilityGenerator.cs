namespace Vi.App.Data.Synthetic;

/// <summary>Normal returns whose log variance is a first-order autoregression from its stationary distribution.</summary>
internal sealed class StochasticVolatilityGenerator()
    : Generator<StochasticVolatilityGenerator.Settings>(
        "stochastic-volatility",
        "returns whose log variance follows a first-order autoregression"
    )
{
    protected override GeneratedData Generate(Settings settings, RandomStream random)
    {
        var values = new double[settings.N];
        var path = new double[settings.N];
        var h =
            settings.Mu + (settings.Sigma / System.Math.Sqrt(1 - (settings.Phi * settings.Phi)) * random.NextNormal());
        for (var t = 0; t < settings.N; t++)
        {
            path[t] = h;
            values[t] = settings.Mean + (System.Math.Exp(0.5 * h) * random.NextNormal());
            h = settings.Mu + (settings.Phi * (h - settings.Mu)) + (settings.Sigma * random.NextNormal());
        }

        var truth = new JsonObject
        {
            ["mu"] = settings.Mu,
            ["phi"] = settings.Phi,
            ["sigma"] = settings.Sigma,
            ["mean"] = settings.Mean,
            ["h"] = Numbers(path),
            ["volatility"] = Numbers(path.Select(x => System.Math.Exp(0.5 * x))),
        };
        return new GeneratedData([new TableColumn("return", values)], null, null, truth);
    }

    public sealed record Settings
    {
        [Setting("number of rows", Minimum = 1)]
        public required int N { get; init; }

        [Setting("true mean of the log variance")]
        public required double Mu { get; init; }

        [Setting("true persistence of the log variance", Minimum = -0.9999, Maximum = 0.9999)]
        public required double Phi { get; init; }

        [Setting("true sd of the log variance's innovations", ExclusiveMinimum = 0)]
        public required double Sigma { get; init; }

        [Setting("true mean of the returns")]
        public double Mean { get; init; }
    }
}
