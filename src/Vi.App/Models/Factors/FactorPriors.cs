using Vi.App.Models.Priors;

namespace Vi.App.Models.Factors;

/// <summary>
/// The prior of a factor model, from its settings, and from the columns' sizes where they are silent: loadings and noise each in their column's
/// size. As soon as one number with a unit is given, all count in the data's own unit, or in standard deviations of columns that are to be standardised,
/// and those that are left out follow the columns' mean square.
/// </summary>
/// <param name="sizes">Root mean square of each column about what was taken off.</param>
/// <param name="deviations">Standard deviations of columns that are to be standardised; null where they are not.</param>
internal sealed class FactorPriors(
    FactorModelSettings settings,
    IReadOnlyList<double> sizes,
    IReadOnlyList<double>? deviations
)
{
    /// <summary>
    /// Rate of 1 / psi's default Gamma prior, in squares of the column's size: with shape 1, log psi has its mode at a tenth of the column's variance,
    /// and a factor that would be one column alone is not preferred to noise.
    /// </summary>
    private const double NoiseRate = 0.1;

    /// <summary>
    /// Rate of alpha's default Gamma prior, in squares of the column's size: equal to the default shape, so that alpha has mean 1, which is loadings of
    /// the column's own size, and worth 0.002 loadings: what is learned of alpha comes from the data.
    /// </summary>
    private const double RelevanceRate = 1e-3;

    /// <summary>Mean square of the columns in the unit that given numbers count in.</summary>
    private readonly double square = sizes
        .Select((size, n) => size / (deviations?[n] ?? 1))
        .Average(size => size * size);

    private bool IsRelative =>
        settings.B0 is null && (settings.Ard ? settings.ArdRate is null : settings.LoadingSd is null);

    /// <summary>What numbers of the prior count in, column by column; null where that is the data's own unit.</summary>
    private IReadOnlyList<double>? Units => IsRelative ? sizes : deviations;

    private double NoiseRateUsed => settings.B0 ?? (IsRelative ? NoiseRate : NoiseRate * square);

    private double RelevanceRateUsed => settings.ArdRate ?? (IsRelative ? RelevanceRate : RelevanceRate * square);

    private double LoadingSdUsed => settings.LoadingSd ?? (IsRelative ? 1 : Sqrt(square));

    /// <summary>The prior of so many factors.</summary>
    public FactorModelPrior Of(int factors)
    {
        var prior = settings.Ard
            ? LatentFactorModel.RelevancePrior(
                factors,
                settings.ArdShape,
                RelevanceRateUsed,
                settings.A0,
                NoiseRateUsed,
                settings.Rotation
            )
            : LatentFactorModel.Prior(factors, LoadingSdUsed, settings.A0, NoiseRateUsed, settings.Rotation);
        return Units is { } units ? LatentFactorModel.WithScales(prior, units) : prior;
    }

    /// <summary>The prior in numbers, of the quantities that the model reports.</summary>
    public IReadOnlyList<PriorRecord> Records(IReadOnlyList<Quantity> quantities)
    {
        var units = Units ?? [.. sizes.Select(_ => 1.0)];
        var noise = DefaultPriors.Gammas(
            quantities[1],
            PriorFamily.InverseGamma,
            settings.B0 is null,
            settings.A0,
            units.Select(unit => NoiseRateUsed * unit * unit),
            sizes.Select(size => size * size)
        );
        var loadings = settings.Ard
            ? DefaultPriors.Gammas(
                quantities[2],
                PriorFamily.Gamma,
                settings.ArdRate is null,
                settings.ArdShape,
                Enumerable.Repeat(RelevanceRateUsed, settings.Factors)
            )
            : DefaultPriors.Normals(
                quantities[0],
                settings.LoadingSd is null,
                new double[quantities[0].Count],
                units.SelectMany(unit => Enumerable.Repeat(LoadingSdUsed * unit, settings.Factors)),
                sizes.SelectMany(size => Enumerable.Repeat(size, settings.Factors))
            );
        return [.. loadings, .. noise];
    }
}
