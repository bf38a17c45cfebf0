using System.Globalization;

namespace Vi.Reports.Comparisons;

/// <summary>One number of a posterior with its summary.</summary>
/// <param name="Parameter">Name of the parameter.</param>
/// <param name="Name">The entry: <c>mu</c>, or <c>w[2]</c> and <c>B[1, 3]</c> with indices from 1.</param>
/// <param name="Mean">Mean.</param>
/// <param name="Sd">Standard deviation.</param>
/// <param name="Q05">5 % quantile.</param>
/// <param name="Q50">Median.</param>
/// <param name="Q95">95 % quantile.</param>
public sealed record ResultEntry(
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

    /// <summary>All entries of a parameter in row-major order.</summary>
    public static IReadOnlyList<ResultEntry> Of(string name, PosteriorSummary summary)
    {
        var sds = NestedNumbers.Flatten(summary.Sd);
        var responses = summary.LinearResponseSd is null ? [] : NestedNumbers.Flatten(summary.LinearResponseSd);
        var q05 = NestedNumbers.Flatten(summary.Q05);
        var q50 = NestedNumbers.Flatten(summary.Q50);
        var q95 = NestedNumbers.Flatten(summary.Q95);
        return
        [
            .. NestedNumbers
                .Flatten(summary.Mean)
                .Select(
                    (mean, i) =>
                        new ResultEntry(
                            name,
                            NameOf(name, mean.Index),
                            mean.Value,
                            At(sds, i),
                            At(q05, i),
                            At(q50, i),
                            At(q95, i)
                        )
                        {
                            ResponseSd = At(responses, i),
                        }
                ),
        ];
    }

    /// <summary>The entries of a result by parameter.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<ResultEntry>> Of(RunResult result) =>
        result.Posterior.ToDictionary(pair => pair.Key, pair => Of(pair.Key, pair.Value), StringComparer.Ordinal);

    /// <summary>The draws of this entry that a result keeps, blanks in names aside; null where it has none.</summary>
    public IReadOnlyList<double>? DrawsOf(RunResult result)
    {
        static string Tight(string name) => name.Replace(" ", "", StringComparison.Ordinal);
        var at = result.Draws?.Entries.Select(Tight).ToList().IndexOf(Tight(Name)) ?? -1;
        return at < 0 ? null : result.Draws!.Values[at];
    }

    private static string NameOf(string name, int[] index) =>
        index.Length == 0
            ? name
            : $"{name}[{string.Join(", ", index.Select(i => (i + 1).ToString(CultureInfo.InvariantCulture)))}]";

    private static double At(List<(int[] Index, double Value)> values, int i) =>
        i < values.Count ? values[i].Value : double.NaN;
}
