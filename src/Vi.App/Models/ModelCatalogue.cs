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
internal static class ModelCatalogue
{
    /// <summary>All models; a new model is one more line here.</summary>
    public static IReadOnlyList<IModel> All { get; } =
    [
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
    ];
}
