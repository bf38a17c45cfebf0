using System.Text.Json.Nodes;
using Vi.App.Configuration;

namespace Vi.App.Data.Synthetic;

/// <summary>A generator of synthetic data. Adding one is adding one class and one line in <see cref="GeneratorCatalogue"/>.</summary>
public interface IGenerator
{
    /// <summary>Its name in experiment files.</summary>
    string Name { get; }

    /// <summary>What it makes, in a sentence.</summary>
    string Summary { get; }

    /// <summary>A record class whose <see cref="SettingAttribute"/> properties are its parameters.</summary>
    Type SettingsType { get; }

    /// <summary>Whether the last column is a target.</summary>
    bool HasTarget { get; }

    /// <summary>
    /// Makes the data from an instance of the settings type and a random stream. Raises <see cref="ExperimentException"/> where parameters
    /// do not go together.
    /// </summary>
    GeneratedData Generate(object settings, IRandomSource random);
}

/// <summary>What a generator made.</summary>
/// <param name="Columns">Columns x1, x2, ..., and y last where there is a target.</param>
/// <param name="Test">Held-out rows with the same columns; null for none.</param>
/// <param name="Labels">True component of each row, from 0; null where there are none.</param>
/// <param name="Truth">The true parameters by posterior name.</param>
public sealed record GeneratedData(
    IReadOnlyList<TableColumn> Columns,
    IReadOnlyList<TableColumn>? Test,
    IReadOnlyList<int>? Labels,
    JsonObject Truth
);

/// <summary>The generators that the program knows.</summary>
public sealed class GeneratorCatalogue(IReadOnlyList<IGenerator> generators)
{
    /// <summary>All generators; a new one is one more line here.</summary>
    public static GeneratorCatalogue Default { get; } =
        new([
            new GaussianGenerator(),
            new LinearRegressionGenerator(),
            new GaussianMixtureGenerator(),
            new RegimeSwitchingGenerator(),
            new StochasticVolatilityGenerator(),
            new LogisticRegressionGenerator(),
            new FactorModelGenerator(),
        ]);

    /// <summary>The generators in the order in which they are listed.</summary>
    public IReadOnlyList<IGenerator> All => generators;

    /// <summary>The generator with a name that was checked before. Raises <see cref="KeyNotFoundException"/> for any other.</summary>
    public IGenerator Get(string name) =>
        generators.FirstOrDefault(g => g.Name == name) ?? throw new KeyNotFoundException($"No generator {name}.");
}
