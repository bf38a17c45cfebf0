using Vi.App.Models.Priors;
using Vi.Math;

namespace Vi.App.Models.Mixture;

/// <summary>The mixture's prior from its settings, the data filling in what they leave open.</summary>
internal static class MixturePriors
{
    public static MixtureDesign Of(GaussianMixtureSettings settings, Dataset data, Moments moments)
    {
        var component = NormalWishartPriors.Of(
            settings,
            data,
            moments,
            Problems(settings, data),
            independentColumns: settings.Covariance == MixtureCovariance.Diagonal
        );
        return new MixtureDesign(
            settings.Weights,
            settings.Covariance,
            settings.Components,
            settings.Concentration,
            component.Mean,
            component.PrecisionScale,
            component.DegreesOfFreedom,
            component.InverseScale
        );
    }

    private static IEnumerable<Problem> Problems(GaussianMixtureSettings settings, Dataset data)
    {
        if (settings.Weights == MixtureWeights.StickBreaking && settings.Components < 2)
        {
            yield return new(
                "model.components",
                "a single component has no stick to break; give at least 2, or \"weights\": \"dirichlet\""
            );
        }

        if (settings.Components > data.RowCount)
        {
            yield return new(
                "model.components",
                $"{settings.Components} components for {data.RowCount} rows; at most as many components as rows are allowed"
            );
        }
    }
}
