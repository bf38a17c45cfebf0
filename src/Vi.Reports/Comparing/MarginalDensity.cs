namespace Vi.Reports.Comparing;

/// <summary>The density of one entry, from draws where there are some, otherwise from its quantiles.</summary>
internal sealed class MarginalDensity
{
    /// <summary>Standard normal quantile of 95 %.</summary>
    private const double Z95 = 1.6448536269514722;

    private readonly Func<double, double> density;

    private MarginalDensity(double from, double to, Func<double, double> density)
    {
        From = from;
        To = to;
        this.density = density;
    }

    /// <summary>Where the density begins to be visible.</summary>
    public double From { get; }

    /// <summary>Where it ceases to be.</summary>
    public double To { get; }

    public double At(double x) => density(x);

    /// <summary>The density of an entry; null where its spread is zero or not known.</summary>
    public static MarginalDensity? Of(ResultEntry entry, IReadOnlyList<double>? draws) =>
        draws is { Count: > 10 } ? OfDraws([.. draws.Where(double.IsFinite)]) : OfQuantiles(entry);

    private static MarginalDensity? OfDraws(double[] draws)
    {
        if (draws.Distinct().Take(2).Count() < 2)
        {
            return null;
        }

        var estimate = DensityEstimate.Of(draws);
        return new MarginalDensity(estimate.From, estimate.To, estimate.At);
    }

    /// <summary>
    /// Tukey's g-distribution through the three quantiles: x = q50 + s (e^(g z) - 1) / g with z standard normal, which is the normal where
    /// they are symmetric (g = 0) and a shifted log-normal where not. e^(g z95) = (q95 - q50) / (q50 - q05).
    /// </summary>
    private static MarginalDensity? OfQuantiles(ResultEntry entry)
    {
        var (below, above) = (entry.Q50 - entry.Q05, entry.Q95 - entry.Q50);
        if (!(below > 0 && above > 0 && double.IsFinite(below + above)))
        {
            return null;
        }

        var g = System.Math.Log(above / below) / Z95;
        if (System.Math.Abs(g) < 1e-3)
        {
            var sd = (below + above) / (2 * Z95);
            return new MarginalDensity(
                entry.Q50 - (4 * sd),
                entry.Q50 + (4 * sd),
                x => Normal((x - entry.Q50) / sd) / sd
            );
        }

        var s = above * g / ((above / below) - 1);
        double Quantile(double z) => entry.Q50 + (s * (System.Math.Exp(g * z) - 1) / g);
        // A long tail would leave the bulk too little room.
        var ends = 3.2 / (1 + (System.Math.Abs(g) / 2));
        return new MarginalDensity(
            Quantile(-ends),
            Quantile(ends),
            x =>
            {
                var u = 1 + (g * (x - entry.Q50) / s);
                return u > 0 ? Normal(System.Math.Log(u) / g) / (s * u) : 0;
            }
        );
    }

    private static double Normal(double z) => System.Math.Exp(-0.5 * z * z) / System.Math.Sqrt(2 * System.Math.PI);

    public static double[] Grid(IReadOnlyList<MarginalDensity> densities) =>
        Curves.Grid(densities.Min(d => d.From), densities.Max(d => d.To));
}
