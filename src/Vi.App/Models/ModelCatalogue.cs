using Vi.App.Models.Approximation;
using Vi.App.Models.Factors;
using Vi.App.Models.Logistic;
using Vi.App.Models.Mixture;
using Vi.App.Models.Normals;
using Vi.App.Models.Programs;
using Vi.App.Models.Regimes;
using Vi.App.Models.Regression;

namespace Vi.App.Models;

/// <summary>The models that the program knows, in the order in which they are listed.</summary>
public sealed class ModelCatalogue(IReadOnlyList<IModel> models)
{
    /// <summary>All models; a new model is one more line here.</summary>
    public static ModelCatalogue Default { get; } =
        new([
            new NormalApproximation(),
            new GaussianMean(),
            new GaussianMeanPrecision(),
            new LinearRegression(),
            new GaussianMixture(),
            new RegimeSwitching(),
            new LogisticRegression(),
            new FactorModel(),
            new StochasticVolatility(),
            new BayesianNeuralNetwork(),
            new EightSchools(),
            new OwnProgram(),
        ]);

    /// <summary>The models in order.</summary>
    public IReadOnlyList<IModel> All => models;

    /// <summary>Names of all algorithms that some model can use, each once.</summary>
    public IReadOnlyList<string> Algorithms => [.. models.SelectMany(model => model.Algorithms).Distinct()];

    /// <summary>The model with a type that was checked before. Raises <see cref="KeyNotFoundException"/> for any other.</summary>
    public IModel Get(string type) =>
        models.FirstOrDefault(model => model.Type == type) ?? throw new KeyNotFoundException($"No model {type}.");
}
