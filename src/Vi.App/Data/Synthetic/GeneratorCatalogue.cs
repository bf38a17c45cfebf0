namespace Vi.App.Data.Synthetic;

/// <summary>The generators that the program knows, in the order in which they are listed.</summary>
internal static class GeneratorCatalogue
{
    /// <summary>All generators; a new one is one more line here.</summary>
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

    /// <summary>The generator with a name that was checked before.</summary>
    public static IGenerator Find(string name) => All.First(generator => generator.Name == name);
}
