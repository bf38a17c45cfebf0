namespace Vi.Reports.Comparisons;

/// <summary>Chooses the result that the others are held against.</summary>
internal static class ReferenceChoice
{
    /// <summary>Index of the reference, or -1 where no result has an answer; with the reason as a sentence.</summary>
    public static (int Index, string Reason) Of(IReadOnlyList<RunResult> results, IReadOnlyList<string> labels)
    {
        var answered = Enumerable.Range(0, results.Count).Where(i => results[i].Posterior.Count > 0).ToList();
        if (answered.Count == 0)
        {
            return (-1, "There is no reference: no fit has an answer.");
        }

        var exactness = answered.Max(i => results[i].Method.Exactness);
        var most = answered.Where(i => results[i].Method.Exactness == exactness).ToList();
        var index =
            exactness == Exactness.Approximate
                ? most[0]
                : most.OrderBy(i => results[i].Verdict?.Level ?? TrustLevel.Unreliable).First();
        return (
            index,
            exactness switch
            {
                Exactness.UpToMonteCarloError =>
                    $"The reference is {labels[index]}: it samples from the posterior itself, so its error shrinks with the number of draws.",
                Exactness.WithinFamily =>
                    $"The reference is {labels[index]}: its updates are exact and free of noise, within the factorised family.",
                _ => $"The reference is {labels[index]}, the first of the fits: none of them is exact.",
            }
        );
    }
}
