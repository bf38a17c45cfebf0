namespace Vi.App.Models;

/// <summary>Fits with other numbers of components, states or factors, made in the same way as the one that was asked for.</summary>
internal static class OtherNumbers
{
    /// <summary>
    /// Nats by which a bound must be higher to count: fits end where a sweep gains 1e-9 nats, so with some hundred sweeps still to come they are
    /// within about 1e-7 of their optimum.
    /// </summary>
    private const double LeastGain = 1e-6;

    /// <summary>The fit that was asked for beside the best of each other number, by their number; none where there is no other.</summary>
    /// <param name="asked">Numbers to compare; null for none.</param>
    /// <param name="own">The number that was asked for.</param>
    /// <param name="kept">Its fit.</param>
    /// <param name="fit">The sweeps of a number's fit.</param>
    /// <param name="logLabellings">log of the number of answers that differ from a number's posterior in their labels alone.</param>
    public static IReadOnlyList<TriedNumber> Of<TPosterior>(
        IReadOnlyList<int>? asked,
        int own,
        Sweep<TPosterior> kept,
        Func<int, IEnumerable<Sweep<TPosterior>>> fit,
        Func<int, TPosterior, double> logLabellings
    )
    {
        var others = (asked ?? []).Where(count => count != own).Distinct().ToList();
        return others.Count == 0
            ? []
            :
            [
                .. others
                    .Select(count => Compared(count, Best(fit(count))))
                    .Append(Compared(own, kept))
                    .OrderBy(one => one.Count),
            ];

        TriedNumber Compared(int count, Sweep<TPosterior> sweep) =>
            new(count, sweep.Elbo, logLabellings(count, sweep.Posterior), sweep.Iteration);
    }

    /// <summary>Says which other number has the highest bound, where one does.</summary>
    public static IEnumerable<Finding> Better(
        IReadOnlyList<TriedNumber> fits,
        int own,
        string plural,
        Severity severity
    )
    {
        if (fits.Count > 0 && fits.MaxBy(one => one.Bound) is { } best)
        {
            var gain = best.Bound - fits.First(one => one.Count == own).Bound;
            if (gain > LeastGain)
            {
                yield return Finding.Of(
                    severity,
                    $"better-number-of-{plural}",
                    (plural, best.Count),
                    ("gain", gain)
                ) with
                {
                    Setting = new SettingChange($"model.{plural}", best.Count),
                };
            }
        }
    }

    /// <summary>Numbers that cannot be fitted: those above a limit.</summary>
    public static IEnumerable<(string Setting, int Count)> Above(
        int limit,
        (string Setting, int Count) own,
        (string Setting, IReadOnlyList<int>? Counts) others
    ) =>
        (others.Counts ?? [])
            .Select(count => (others.Setting, Count: count))
            .Prepend(own)
            .Where(given => given.Count > limit)
            .Select(given => ($"model.{given.Setting}", given.Count));

    private static Sweep<TPosterior> Best<TPosterior>(IEnumerable<Sweep<TPosterior>> sweeps) =>
        sweeps.Where(sweep => sweep.IsLast).MaxBy(sweep => sweep.Elbo)!;
}
