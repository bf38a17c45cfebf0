namespace Vi.App.Data.Synthetic;

/// <summary>The generators that the program knows, in the order in which they are listed.</summary>
internal static class GeneratorCatalogue
{
    public static IReadOnlyList<IGenerator> All { get; } =
    [
        new GaussianGenerator(),
        new LinearRegressionGenerator(),
        new GaussianMixtureGenerator(),
        new RegimeSwitchingGenerator(),
        new StochasticVolatilityGenerator(),
        new LogisticRegressionGenerator(),
        new FactorModelGenerator(),
    ];

    public static IGenerator Find(string name) => All.First(generator => generator.Name == name);
}
