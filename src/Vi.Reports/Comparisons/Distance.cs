namespace Vi.Reports.Comparisons;

/// <summary>Distances between posteriors from their summaries.</summary>
internal static class Distance
{
    /// <summary>
    /// Distance of entries from those of the reference, pair by pair; null where no pair has finite means and positive standard deviations.
    /// </summary>
    public static PosteriorDistance? Between(IEnumerable<ResultEntry> entries, IEnumerable<ResultEntry> reference)
    {
        var pairs = entries
            .Zip(reference, (entry, other) => (entry.Name, Shift: Shift(entry, other), Ratio: Ratio(entry, other)))
            .Where(pair => double.IsFinite(pair.Shift) && double.IsFinite(pair.Ratio) && pair.Ratio > 0)
            .ToList();
        if (pairs.Count == 0)
        {
            return null;
        }

        var farthest = pairs.MaxBy(pair => Abs(pair.Shift));
        var narrowest = pairs.MinBy(pair => pair.Ratio);
        var widest = pairs.MaxBy(pair => pair.Ratio);
        return new PosteriorDistance(
            pairs.Count,
            Abs(farthest.Shift),
            farthest.Name,
            Sqrt(pairs.Average(pair => pair.Shift * pair.Shift)),
            narrowest.Ratio,
            narrowest.Name,
            Exp(pairs.Average(pair => Log(pair.Ratio))),
            widest.Ratio,
            widest.Name
        );
    }

    /// <summary>
    /// The same with the entries' standard deviations by linear response in place of their own, over those that have one; null where none
    /// has.
    /// </summary>
    public static PosteriorDistance? ByResponse(IEnumerable<ResultEntry> entries, IEnumerable<ResultEntry> reference)
    {
        var pairs = entries.Zip(reference).Where(pair => double.IsFinite(pair.First.ResponseSd)).ToList();
        return Between(pairs.Select(pair => Responding(pair.First)), pairs.Select(pair => pair.Second));
    }

    /// <summary>Standard deviation by linear response over the reference's own.</summary>
    public static double RespondingRatio(ResultEntry entry, ResultEntry reference) =>
        Ratio(Responding(entry), reference);

    private static ResultEntry Responding(ResultEntry entry) => entry with { Sd = entry.ResponseSd };

    /// <summary>Difference of the means in standard deviations of the reference; not a number where those are not positive.</summary>
    public static double Shift(ResultEntry entry, ResultEntry reference) =>
        reference.Sd > 0 ? (entry.Mean - reference.Mean) / reference.Sd : double.NaN;

    /// <summary>Standard deviation over the reference's; not a number where that is not positive.</summary>
    public static double Ratio(ResultEntry entry, ResultEntry reference) =>
        reference.Sd > 0 ? entry.Sd / reference.Sd : double.NaN;
}
