namespace Vi.Reports.Comparing;

/// <summary>An entry of the posterior in every fit that has it.</summary>
/// <param name="IsScalar">Whether the parameter has no other entry.</param>
/// <param name="Fits">Its summary by fit; null where a fit does not have it.</param>
/// <param name="Reference">That of the reference; null where it does not have it.</param>
/// <param name="Truth">The true value; not a number where unknown.</param>
internal sealed record SharedEntry(
    string Name,
    string Parameter,
    bool IsScalar,
    IReadOnlyList<ResultEntry?> Fits,
    ResultEntry? Reference,
    double Truth
)
{
    /// <summary>How far the fits are apart in this entry: the greatest shift, or logarithm of a ratio of standard deviations.</summary>
    public double Apart { get; } =
        Reference is null
            ? 0
            : Fits.OfType<ResultEntry>()
                .Select(entry =>
                    Max(Known(Abs(Distance.Shift(entry, Reference))), Known(Abs(Log(Distance.Ratio(entry, Reference)))))
                )
                .DefaultIfEmpty(0)
                .Max();

    private static double Known(double value) => double.IsFinite(value) ? value : 0;
}

internal static class SharedEntries
{
    /// <summary>Entries of all fits by name, in the order in which the reference has them, then those of the others.</summary>
    public static IReadOnlyList<SharedEntry> Of(ComparedRuns run)
    {
        var ofFits = run
            .Results.Select(result =>
                ResultEntry
                    .Of(result)
                    .Values.SelectMany(entries => entries)
                    .ToDictionary(entry => entry.Name, StringComparer.Ordinal)
            )
            .ToList();
        var reference = ReferenceOf(run);
        IEnumerable<ResultEntry> ordered = reference < 0 ? [] : ofFits[reference].Values;
        return
        [
            .. ordered
                .Concat(ofFits.SelectMany(entries => entries.Values))
                .DistinctBy(entry => entry.Name, StringComparer.Ordinal)
                .Select(entry => new SharedEntry(
                    entry.Name,
                    entry.Parameter,
                    entry.Name == entry.Parameter,
                    [.. ofFits.Select(entries => entries.GetValueOrDefault(entry.Name))],
                    reference < 0 ? null : ofFits[reference].GetValueOrDefault(entry.Name),
                    ofFits
                        .Select(entries => entries.GetValueOrDefault(entry.Name)?.Truth ?? double.NaN)
                        .FirstOrDefault(double.IsFinite, double.NaN)
                )),
        ];
    }

    /// <summary>Index of the reference; -1 where there is none.</summary>
    public static int ReferenceOf(ComparedRuns run) =>
        run.Comparison.Fits.Select(fit => fit.Label).ToList().IndexOf(run.Comparison.Reference ?? "");

    /// <summary>The entries where fits differ most, scalars first, in their own order.</summary>
    public static List<SharedEntry> Foremost(IReadOnlyList<SharedEntry> entries, int most)
    {
        var chosen = entries
            .Where(entry => entry.Fits.Any(fit => fit is { Sd: > 0 } && double.IsFinite(fit.Sd)))
            .OrderBy(entry => entry.IsScalar ? 0 : 1)
            .ThenByDescending(entry => entry.Apart)
            .Take(most)
            .ToHashSet();
        return [.. entries.Where(chosen.Contains)];
    }
}
