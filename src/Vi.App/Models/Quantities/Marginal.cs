using Vi.Math;

namespace Vi.App.Models.Quantities;

/// <summary>The distribution of one number, from the core or of draws.</summary>
/// <param name="Mean">Its mean.</param>
/// <param name="Sd">Its standard deviation; infinite where it has none.</param>
/// <param name="Quantile">Its quantile at a probability.</param>
/// <param name="Density">Its density at a value.</param>
internal sealed record Marginal(double Mean, double Sd, Func<double, double> Quantile, Func<double, double> Density)
{
    /// <summary>Probability that a figure of the density leaves out at either end.</summary>
    private const double Unseen = 1e-5;

    // Figures ask for these at every row of a series, and a quantile of a heavy tail takes a search.
    private readonly Lazy<double> q05 = new(() => Quantile(0.05));
    private readonly Lazy<double> q50 = new(() => Quantile(0.5));
    private readonly Lazy<double> q95 = new(() => Quantile(0.95));

    /// <summary>The 5 % quantile.</summary>
    public double Q05 => q05.Value;

    /// <summary>The median.</summary>
    public double Q50 => q50.Value;

    /// <summary>The 95 % quantile.</summary>
    public double Q95 => q95.Value;

    /// <summary>Where a figure of the density begins and ends.</summary>
    public (double From, double To) Range => DrawnRange?.Invoke() ?? (Quantile(Unseen), Quantile(1 - Unseen));

    private Func<(double From, double To)>? DrawnRange { get; init; }

    /// <summary>A normal distribution.</summary>
    public static Marginal Of(Normal distribution) =>
        new(
            distribution.Mean,
            Distribution.Sd(distribution),
            p => Distribution.Quantile(distribution, p),
            x => Distribution.Density(distribution, x)
        );

    /// <summary>A gamma distribution.</summary>
    public static Marginal Of(Gamma distribution) =>
        new(
            Distribution.Mean(distribution),
            Distribution.Sd(distribution),
            p => Distribution.Quantile(distribution, p),
            x => Distribution.Density(distribution, x)
        );

    /// <summary>An inverse gamma distribution.</summary>
    public static Marginal Of(InverseGamma distribution) =>
        new(
            Distribution.Mean(distribution),
            Distribution.Sd(distribution),
            p => Distribution.Quantile(distribution, p),
            x => Distribution.Density(distribution, x)
        );

    /// <summary>A beta distribution.</summary>
    public static Marginal Of(Beta distribution) =>
        new(
            Distribution.Mean(distribution),
            Distribution.Sd(distribution),
            p => Distribution.Quantile(distribution, p),
            x => Distribution.Density(distribution, x)
        );

    /// <summary>A Student-t distribution.</summary>
    public static Marginal Of(StudentT distribution) =>
        new(
            distribution.Location,
            Distribution.Sd(distribution),
            p => Distribution.Quantile(distribution, p),
            x => Distribution.Density(distribution, x)
        );

    /// <summary>A prediction whose noise is uncertain.</summary>
    public static Marginal Of(NormalScaleMixture distribution) =>
        new(
            distribution.Mean,
            Distribution.Sd(distribution),
            p => Distribution.Quantile(distribution, p),
            x => Distribution.Density(distribution, x)
        );

    /// <summary>A standard deviation whose square has an inverse gamma distribution.</summary>
    public static Marginal OfSquareRoot(InverseGamma square)
    {
        var (mean, meanOfSquare) = (Distribution.MeanOfSquareRoot(square), Distribution.Mean(square));
        return new(
            mean,
            double.IsFinite(meanOfSquare)
                ? System.Math.Sqrt(System.Math.Max(0, meanOfSquare - (mean * mean)))
                : double.PositiveInfinity,
            p => System.Math.Sqrt(Distribution.Quantile(square, p)),
            x => 2 * x * Distribution.Density(square, x * x)
        );
    }

    /// <summary>The standard deviation tau^(-1/2) of noise whose precision tau has a gamma distribution.</summary>
    public static Marginal OfSpread(Gamma precision) => OfSquareRoot(Distribution.Reciprocal(precision));

    /// <summary>
    /// Equally weighted draws: standard deviation with divisor n - 1, quantiles between two draws by linear interpolation, density by a
    /// Gaussian kernel of Silverman's width.
    /// </summary>
    public static Marginal OfDraws(double[] draws)
    {
        var sorted = draws.Order().ToArray();
        var mean = sorted.Average();
        var squares = sorted.Sum(value => (value - mean) * (value - mean));
        var estimate = new Lazy<DensityEstimate>(() => DensityEstimate.Of(sorted));
        return new(
            mean,
            System.Math.Sqrt(squares / System.Math.Max(1, sorted.Length - 1)),
            p => DensityEstimate.Quantile(sorted, p),
            x => estimate.Value.At(x)
        )
        {
            DrawnRange = () => (estimate.Value.From, estimate.Value.To),
        };
    }

    /// <summary>Its figures as the diagnostics store them.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["mean"] = JsonNumbers.Of(Mean),
            ["sd"] = JsonNumbers.Of(Sd),
            ["q05"] = JsonNumbers.Of(Q05),
            ["q50"] = JsonNumbers.Of(Q50),
            ["q95"] = JsonNumbers.Of(Q95),
        };
}
