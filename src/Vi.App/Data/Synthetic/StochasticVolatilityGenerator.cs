namespace Vi.App.Data.Synthetic;

/// <summary>Normal returns whose log variance is a first-order autoregression from its stationary distribution.</summary>
internal sealed record StochasticVolatilityGenerator : GeneratorSettings
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

    public static Generator Descriptor { get; } =
        new(
            "stochastic-volatility",
            "returns whose log variance follows a first-order autoregression",
            typeof(StochasticVolatilityGenerator)
        );

    protected override GeneratedData Draw(RandomStream random)
    {
        var (values, path) = SyntheticData.Volatility(N, Mean, Mu, Phi, Sigma, random);
        var truth = new JsonObject
        {
            ["mu"] = Mu,
            ["phi"] = Phi,
            ["sigma"] = Sigma,
            ["mean"] = Mean,
            ["h"] = Stored(path),
            ["volatility"] = Stored(path.Select(h => System.Math.Exp(0.5 * h))),
        };
        return new GeneratedData([new TableColumn("return", values)], truth);
    }
}
