namespace Vi.Reports.Comparing;

/// <summary>Draws of the same entries in every fit that has them.</summary>
/// <param name="OfFits">Entries x draws by fit; null where a fit has no draws of all entries, or none that vary.</param>
internal sealed record SharedDraws(IReadOnlyList<SharedEntry> Entries, IReadOnlyList<double[][]?> OfFits)
{
    /// <summary>
    /// The foremost entries of which the reference has draws, or where it has none, any fit; fits that lack one of them are left out.
    /// </summary>
    public static SharedDraws Of(ComparedPage page, int most)
    {
        var leading = page.Fits.OrderBy(fit => !fit.IsReference).FirstOrDefault(fit => fit.Result.Draws is not null);
        var drawn = page.Entries.Where(entry => leading is not null && Draws(entry, leading) is not null).ToList();
        // An entry that most fits lack would leave most fits out.
        int Having(SharedEntry entry) => page.Fits.Count(fit => Draws(entry, fit) is not null);
        var having = drawn.Select(Having).DefaultIfEmpty(0).Max();
        var entries = ComparedPage.Foremost(drawn.FindAll(entry => Having(entry) == having), most);
        return new SharedDraws(entries, page.Fits.Select(fit => OfFit(entries, fit)).ToList());
    }

    private static IReadOnlyList<double>? Draws(SharedEntry entry, Fit fit) => entry.Fits[fit.At]?.DrawsOf(fit.Result);

    private static double[][]? OfFit(List<SharedEntry> entries, Fit fit)
    {
        var draws = entries
            .Select(entry => Draws(entry, fit)?.ToArray() ?? [])
            .Where(values => values.All(double.IsFinite) && values.Distinct().Skip(1).Any())
            .ToArray();
        return draws.Length > 0 && draws.Length == entries.Count ? draws : null;
    }

    /// <summary>The draws of a fit, one row a draw.</summary>
    public static double[][] ByDraw(double[][] draws) =>
        [.. Enumerable.Range(0, draws[0].Length).Select(s => draws.Select(entry => entry[s]).ToArray())];
}
