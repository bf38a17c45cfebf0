namespace Vi.Data.Synthetic;

/// <summary>The generators that the program knows, in the order in which they are listed.</summary>
internal static class GeneratorCatalogue
{
    public static IReadOnlyList<Generator> All { get; } =
    [
        Of<GaussianGenerator>("gaussian", "independent normal draws in one column"),
        Of<LinearRegressionGenerator>(
            "linear-regression",
            "standard normal predictors and a linear target with normal noise",
            hasTarget: true
        ),
        Of<GaussianMixtureGenerator>(
            "gaussian-mixture",
            "rows of several normal clusters with fixed counts, shuffled, with their true clusters as labels"
        ),
        Of<RegimeSwitchingGenerator>(
            "regime-switching",
            "a series whose mean and volatility follow a hidden Markov chain, with its true states as labels"
        ),
        Of<StochasticVolatilityGenerator>(
            "stochastic-volatility",
            "returns whose log variance follows a first-order autoregression"
        ),
        Of<LogisticRegressionGenerator>(
            "logistic-regression",
            "standard normal predictors and a target of zeros and ones with linear log odds",
            hasTarget: true
        ),
        Of<FactorModelGenerator>(
            "factor-model",
            "columns that share a few standard normal factors, with normal noise of their own"
        ),
    ];

    private static Generator Of<TSettings>(string name, string summary, bool hasTarget = false)
        where TSettings : GeneratorSettings => new(name, summary, typeof(TSettings), hasTarget);

    public static Generator Find(string name) => All.First(generator => generator.Name == name);
}
