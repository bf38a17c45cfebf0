namespace Vi.App.Data.Synthetic;

/// <summary>The generators that the program knows, in the order in which they are listed.</summary>
internal static class GeneratorCatalogue
{
    public static IReadOnlyList<Generator> All { get; } =
    [
        GaussianGenerator.Descriptor,
        LinearRegressionGenerator.Descriptor,
        GaussianMixtureGenerator.Descriptor,
        RegimeSwitchingGenerator.Descriptor,
        StochasticVolatilityGenerator.Descriptor,
        LogisticRegressionGenerator.Descriptor,
        FactorModelGenerator.Descriptor,
    ];

    public static Generator Find(string name) => All.First(generator => generator.Name == name);
}
