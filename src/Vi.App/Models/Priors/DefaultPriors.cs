namespace Vi.App.Models.Priors;

/// <summary>
/// Defaults of priors as statements about the columns' own size, so that the answer follows the data's unit, and the rows of the table that
/// shows them in numbers.
/// </summary>
internal static class DefaultPriors
{
    /// <summary>
    /// Shape of a noise precision's default Gamma prior; its rate is so many times the data's variance. It is worth 0.002 rows: noise a hundred
    /// times smaller than the data's spread is not pulled up.
    /// </summary>
    public const double NoiseShape = 1e-3;

    /// <summary>Shape and rate of a noise precision, from the settings or from the data's variance.</summary>
    public static (double Shape, double Rate) Noise(double? shape, double? rate, double variance)
    {
        var resolved = shape ?? (rate is null ? NoiseShape : 1);
        return (resolved, rate ?? (resolved * variance));
    }

    /// <summary>
    /// The size of each column: its standard deviation, or its root mean square about 0 where asked for or where it does not vary; 1 for a column
    /// of zeros.
    /// </summary>
    public static double[] Sizes(Moments moments, bool aboutZero)
    {
        return [.. Enumerable.Range(0, moments.Mean.Length).Select(Size)];

        double Size(int j)
        {
            var spread = Sqrt(moments.Scatter[j, j] / Max(1, moments.Weight - 1));
            var whole = Sqrt((moments.Mean[j] * moments.Mean[j]) + (moments.Scatter[j, j] / Max(1, moments.Weight)));
            // What rounding leaves of a constant is no spread.
            var isConstant = !(spread > 1e-12 * Abs(moments.Mean[j]));
            return aboutZero || isConstant
                ? whole > 0
                    ? whole
                    : 1
                : spread;
        }
    }

    /// <summary>
    /// Independent normal priors of a quantity's entries; the last argument has the size that the data's unit suggests for each.
    /// </summary>
    public static IEnumerable<PriorRecord> Normals(
        Quantity quantity,
        bool fromData,
        IEnumerable<double> means,
        IEnumerable<double> sds,
        IEnumerable<double> sizes
    ) => Entries(quantity, PriorFamily.Normal, fromData, ("mean", means), ("sd", sds), sizes);

    /// <summary>
    /// Independent Gamma priors of a quantity's entries, or of their reciprocals; the last argument has the size that the data's unit suggests for
    /// each.
    /// </summary>
    public static IEnumerable<PriorRecord> Gammas(
        Quantity quantity,
        PriorFamily family,
        bool fromData,
        double shape,
        IEnumerable<double> rates,
        IEnumerable<double>? sizes = null
    ) =>
        Entries(
            quantity,
            family,
            fromData,
            ("shape", Enumerable.Repeat(shape, quantity.Count)),
            ("rate", rates),
            sizes ?? []
        );

    private static IEnumerable<PriorRecord> Entries(
        Quantity quantity,
        PriorFamily family,
        bool fromData,
        (string Name, IEnumerable<double> Values) first,
        (string Name, IEnumerable<double> Values) second,
        IEnumerable<double> sizes
    )
    {
        double[] known = [.. sizes];
        return first
            .Values.Zip(second.Values)
            .Select(
                (pair, i) =>
                    new PriorRecord(
                        quantity.EntryName(i),
                        family,
                        new Dictionary<string, double> { [first.Name] = pair.First, [second.Name] = pair.Second },
                        fromData
                    )
                    {
                        DataSize = i < known.Length ? known[i] : null,
                    }
            );
    }
}
