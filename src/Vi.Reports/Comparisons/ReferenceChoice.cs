using Vi.Reports.Findings;

namespace Vi.Reports.Comparisons;

/// <summary>Chooses the result that the others are held against.</summary>
internal static class ReferenceChoice
{
    private static readonly (string Algorithm, string Why)[] Ranks =
    [
        ("nuts", "it samples from the posterior itself, so its error shrinks with the number of draws"),
        ("hmc", "it samples from the posterior itself, so its error shrinks with the number of draws"),
        ("exact", "it is the exact posterior"),
        ("cavi", "its updates are exact and without noise, within the factorised family"),
    ];

    /// <summary>Index of the reference, or -1 where no result has an answer; with the reason as a sentence.</summary>
    public static (int Index, string Reason) Of(IReadOnlyList<RunResult> results, IReadOnlyList<string> labels)
    {
        var answered = Enumerable.Range(0, results.Count).Where(i => results[i].Posterior.Count > 0).ToList();
        foreach (var (algorithm, why) in Ranks)
        {
            var found = answered.Where(i => results[i].Algorithm == algorithm).ToList();
            if (found.Count > 0)
            {
                var index = found.FirstOrDefault(i => IsBelieved(results[i]), found[0]);
                return (index, $"The reference is {labels[index]}: {why}.");
            }
        }

        return answered.Count > 0
            ? (answered[0], $"The reference is {labels[answered[0]]}, the first of the fits: none of them is exact.")
            : (-1, "There is no reference: no fit has an answer.");
    }

    /// <summary>Whether a result's verdict lets it be used.</summary>
    public static bool IsBelieved(RunResult result) =>
        result.Verdict is { } verdict && verdict.Level != VerdictRule.NotToBeBelieved;
}
