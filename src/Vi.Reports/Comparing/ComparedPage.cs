namespace Vi.Reports.Comparing;

/// <summary>What the sections of a comparison show: its fits, and the entries of their posteriors.</summary>
internal sealed class ComparedPage
{
    public ComparedPage(ComparedRuns run)
    {
        Run = run;
        Fits = Fit.All(run.Results, run.Comparison.Fits, run.Comparison.Reference);
        Reference = Fits.FirstOrDefault(fit => fit.IsReference);
        Entries = Shared();
    }

    public ComparedRuns Run { get; }

    public ComparisonRecord Comparison => Run.Comparison;

    public IReadOnlyList<Fit> Fits { get; }

    /// <summary>The fit that the others are held against; null where there is none.</summary>
    public Fit? Reference { get; }

    public IEnumerable<Fit> Others => Fits.Where(fit => !fit.IsReference);

    /// <summary>Entries of all fits, in the order in which the reference has them, then those of the others.</summary>
    public IReadOnlyList<SharedEntry> Entries { get; }

    private List<SharedEntry> Shared()
    {
        var ofFits = Fits.Select(fit =>
                fit.Result.Posterior.SelectMany(ResultEntry.Of)
                    .ToDictionary(entry => entry.Name, StringComparer.Ordinal)
            )
            .ToList();
        return Fits.OrderBy(fit => !fit.IsReference)
            .SelectMany(fit => ofFits[fit.At].Values)
            .DistinctBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => new SharedEntry(
                entry.Name,
                entry.Parameter,
                ofFits.Select(entries => entries.GetValueOrDefault(entry.Name)).ToList(),
                Reference?.At
            ))
            .ToList();
    }

    /// <summary>The entries where fits differ most, scalars first, in their own order.</summary>
    public static List<SharedEntry> Foremost(IReadOnlyList<SharedEntry> entries, int most)
    {
        var chosen = entries
            .Where(entry => entry.Fits.Any(fit => fit is { Sd: > 0 } && double.IsFinite(fit.Sd)))
            .OrderBy(entry => entry.IsScalar ? 0 : 1)
            .ThenByDescending(entry => entry.Apart)
            .Take(most)
            .ToHashSet();
        return entries.Where(chosen.Contains).ToList();
    }

    /// <summary>What is shown of the entries where not all are.</summary>
    public static string Drawn(int shown, int all) =>
        $"{shown} of {Numbers.Count(all)} entries are drawn: scalars and those that differ most.";
}

/// <summary>An entry of the posterior in every fit that has it.</summary>
/// <param name="Fits">Its summary by fit; null where a fit does not have it.</param>
/// <param name="ReferenceAt">Index of the reference; null where there is none.</param>
internal sealed record SharedEntry(string Name, string Parameter, IReadOnlyList<ResultEntry?> Fits, int? ReferenceAt)
{
    /// <summary>Whether the parameter has no other entry.</summary>
    public bool IsScalar => Name == Parameter;

    /// <summary>That of the reference; null where it does not have it.</summary>
    public ResultEntry? Reference { get; } = ReferenceAt is { } at ? Fits[at] : null;

    /// <summary>The true value; not a number where unknown.</summary>
    public double Truth { get; } =
        Fits.Select(fit => fit?.Truth ?? double.NaN).FirstOrDefault(double.IsFinite, double.NaN);

    /// <summary>How far the fits are apart in this entry: the greatest shift, or logarithm of a ratio of standard deviations.</summary>
    public double Apart =>
        Fits.SelectMany(IEnumerable<double> (fit) => [Against(fit, Distance.Shift), Log(Against(fit, Distance.Ratio))])
            .Select(Abs)
            .Where(double.IsFinite)
            .DefaultIfEmpty(0)
            .Max();

    /// <summary>A measure of a fit's entry against the reference's; not a number where one of them is missing.</summary>
    public double Against(ResultEntry? own, Func<ResultEntry, ResultEntry, double> measure) =>
        own is null || Reference is null ? double.NaN : measure(own, Reference);
}
