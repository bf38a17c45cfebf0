namespace Vi.Reports.Comparisons;

/// <summary>One number of a posterior with its summary.</summary>
/// <param name="Name">The entry: <c>mu</c>, <c>w[alcohol]</c>, <c>B[1,3]</c>.</param>
internal sealed record ResultEntry(
    string Parameter,
    string Name,
    double Mean,
    double Sd,
    double Q05,
    double Q50,
    double Q95
)
{
    /// <summary>Standard deviation by linear response; not a number where there is none.</summary>
    public double ResponseSd { get; init; } = double.NaN;

    /// <summary>Mean by a check of the fit; not a number where there is none.</summary>
    public double CheckedMean { get; init; } = double.NaN;

    /// <summary>Standard deviation by a check of the fit; not a number where there is none.</summary>
    public double CheckedSd { get; init; } = double.NaN;

    /// <summary>The true value; not a number where it is not known.</summary>
    public double Truth { get; init; } = double.NaN;

    public static IReadOnlyList<ResultEntry> Of(QuantitySummary quantity) =>
        quantity
            .Mean.Select(
                (mean, i) =>
                    new ResultEntry(
                        quantity.Name,
                        quantity.EntryName(i),
                        mean,
                        quantity.Sd[i],
                        quantity.Q05[i],
                        quantity.Q50[i],
                        quantity.Q95[i]
                    )
                    {
                        ResponseSd = quantity.LinearResponseSd?[i] ?? double.NaN,
                        CheckedMean = quantity.CheckedMean?[i] ?? double.NaN,
                        CheckedSd = quantity.CheckedSd?[i] ?? double.NaN,
                        Truth = quantity.Truth?[i] ?? double.NaN,
                    }
            )
            .ToList();

    public static IReadOnlyDictionary<string, IReadOnlyList<ResultEntry>> Of(RunResult result) =>
        result.Posterior.ToDictionary(quantity => quantity.Name, Of, StringComparer.Ordinal);

    /// <summary>The density, from draws where there are some, otherwise from quantiles; null where the spread is zero or not known.</summary>
    public DensityEstimate? Density(IReadOnlyList<double>? draws)
    {
        if (draws is not { Count: > 10 })
        {
            return DensityEstimate.OfQuantiles(Q05, Q50, Q95);
        }

        double[] finite = [.. draws.Where(double.IsFinite)];
        return finite.Distinct().Skip(1).Any() ? DensityEstimate.Of(finite) : null;
    }

    /// <summary>The draws of this entry that a result keeps; null where it has none.</summary>
    public IReadOnlyList<double>? DrawsOf(RunResult result)
    {
        var at = result.Draws?.Entries.ToList().IndexOf(Name) ?? -1;
        return at < 0 ? null : result.Draws!.Values[at];
    }
}
