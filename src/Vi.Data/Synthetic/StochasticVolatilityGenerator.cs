namespace Vi.Data.Synthetic;

/// <summary>Normal returns whose log variance is a first-order autoregression from its stationary distribution.</summary>
internal sealed record StochasticVolatilityGenerator : GeneratorSettings
{
    public required int N { get; init; }
    public required double Mu { get; init; }
    public required double Phi { get; init; }
    public required double Sigma { get; init; }
    public double Mean { get; init; }

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
