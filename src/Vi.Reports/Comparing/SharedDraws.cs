namespace Vi.Reports.Comparing;

/// <summary>Draws of the same entries in every fit that has them.</summary>
/// <param name="OfFits">Entries x draws by fit; null where a fit has no draws of all entries, or none that vary.</param>
internal sealed record SharedDraws(IReadOnlyList<SharedEntry> Entries, IReadOnlyList<double[][]?> OfFits)
{
    /// <summary>
    /// The foremost entries of which the reference has draws, or where it has none, any fit; fits that lack one of them are left out.
    /// </summary>
    public static SharedDraws Of(ComparedRuns run, IReadOnlyList<SharedEntry> shared, int most)
    {
        var reference = SharedEntries.ReferenceOf(run);
        var leading =
            reference >= 0 && run.Results[reference].Draws is not null
                ? reference
                : run.Results.ToList().FindIndex(result => result.Draws is not null);
        if (leading < 0)
        {
            return new SharedDraws([], [.. run.Results.Select(_ => (double[][]?)null)]);
        }

        var drawn = shared.Where(entry => entry.Fits[leading]?.DrawsOf(run.Results[leading]) is not null).ToList();
        // An entry that most fits lack would leave most fits out.
        var common = drawn.Where(entry => Having(run, entry) == drawn.Max(other => Having(run, other))).ToList();
        var entries = SharedEntries.Foremost(common, most);
        return new SharedDraws(
            entries,
            [.. run.Results.Select((result, i) => entries.Count == 0 ? null : OfFit(entries, result, i))]
        );
    }

    private static int Having(ComparedRuns run, SharedEntry entry) =>
        run.Results.Where((result, i) => entry.Fits[i]?.DrawsOf(result) is not null).Count();

    private static double[][]? OfFit(List<SharedEntry> entries, RunResult result, int fit)
    {
        var draws = entries
            .Select(entry => entry.Fits[fit]?.DrawsOf(result)?.ToArray())
            .Where(values => values is not null && values.All(double.IsFinite) && values.Distinct().Skip(1).Any())
            .OfType<double[]>()
            .ToArray();
        return draws.Length == entries.Count ? draws : null;
    }

    /// <summary>The draws of a fit, one row a draw.</summary>
    public static double[][] ByDraw(double[][] draws) =>
        [.. Enumerable.Range(0, draws[0].Length).Select(s => draws.Select(entry => entry[s]).ToArray())];
}
