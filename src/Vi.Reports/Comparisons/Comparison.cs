namespace Vi.Reports.Comparisons;

/// <summary>Compares results of any algorithms: of one experiment, or of separate runs.</summary>
internal static class Comparison
{
    /// <summary>
    /// Difference of bounds in nats from which two fits may sit on different optima, beside <see cref="SameOptimum.NatsPerRow"/>.
    /// </summary>
    private const double OtherOptimum = 1;

    /// <summary>The comparison as a pure function of the results, of which there is at least one.</summary>
    /// <param name="results">The results; their labels are those of <see cref="Labels"/>.</param>
    public static ComparisonRecord Of(IReadOnlyList<RunResult> results)
    {
        var labels = Labels(results);
        var (at, reason) = ReferenceChoice.Of(results, labels);
        var reference = at < 0 ? null : labels[at];
        var comparability = Comparability.Of(results);
        var best = results.Select(Bound).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();
        ComparedFit Compared(RunResult result, int i) =>
            Compare(
                labels[i],
                comparability.SameData && double.IsFinite(Bound(result)) ? best - Bound(result) : null,
                result,
                at < 0 || i == at ? null : results[at]
            );
        ComparedFit[] compared = [.. results.Select(Compared)];
        var fits = Fit.All(results, compared, reference);
        var advice = Recommendation.Of(fits, comparability);
        var findings = comparability.Findings.Concat(at < 0 ? [] : Doubts(fits, fits[at]));
        return new ComparisonRecord
        {
            Reference = reference,
            ReferenceReason = reason,
            Recommendation = advice.Sentence,
            Recommended = advice.Label,
            Reasons = advice.Reasons,
            Fits = compared,
            Findings = [.. findings.Select(FindingText.Rendered)],
        };
    }

    /// <summary>
    /// What each result is called: its label, else its algorithm; with the run's name in front where the results come from several runs.
    /// </summary>
    public static IReadOnlyList<string> Labels(IReadOnlyList<RunResult> results)
    {
        var runs = results.Select(result => result.Name).Distinct(StringComparer.Ordinal).Count();
        var algorithms = results.Select(Own).Distinct(StringComparer.Ordinal).Count();
        return Distinct(
            results.Select(result =>
                runs == 1 ? Own(result)
                : algorithms == 1 && runs == results.Count ? result.Name
                : $"{result.Name}: {Own(result)}"
            )
        );
    }

    /// <summary>The labels, with a number behind each that has occurred before.</summary>
    public static IReadOnlyList<string> Distinct(IEnumerable<string> labels)
    {
        var distinct = new List<string>();
        foreach (var label in labels)
        {
            var same = distinct.Count(used => used == label || used.StartsWith($"{label} #", StringComparison.Ordinal));
            distinct.Add(same == 0 ? label : $"{label} #{same + 1}");
        }

        return distinct;
    }

    private static string Own(RunResult result) => result.Label ?? result.Algorithm;

    private static double Bound(RunResult result) => result.Elbo?.Value ?? double.NaN;

    /// <summary>A fit with its distances from the reference, over the parameters that both have in one shape.</summary>
    private static ComparedFit Compare(string label, double? belowBest, RunResult result, RunResult? reference)
    {
        var shared = reference is null
            ? []
            : result
                .Posterior.Where(own =>
                    reference.Posterior.Find(own.Name) is { } other && own.Shape.SequenceEqual(other.Shape)
                )
                .Select(own =>
                    (own.Name, Own: ResultEntry.Of(own), Other: ResultEntry.Of(reference.Posterior[own.Name]))
                )
                .ToList();
        var (parameters, all) = Distances(Distance.Between);
        var (responses, allResponses) = Distances(Distance.ByResponse);
        return new ComparedFit(label, belowBest, all, parameters)
        {
            LinearResponse = allResponses,
            LinearResponseParameters = responses,
        };

        (Dictionary<string, PosteriorDistance> Each, PosteriorDistance? All) Distances(
            Func<IEnumerable<ResultEntry>, IEnumerable<ResultEntry>, PosteriorDistance?> between
        )
        {
            var each = shared
                .Select(one => (one.Name, Distance: between(one.Own, one.Other)))
                .Where(one => one.Distance is not null)
                .ToDictionary(one => one.Name, one => one.Distance!, StringComparer.Ordinal);
            var compared = shared.FindAll(one => each.ContainsKey(one.Name));
            return (each, between(compared.SelectMany(one => one.Own), compared.SelectMany(one => one.Other)));
        }
    }

    private static IEnumerable<Finding> Doubts(List<Fit> fits, Fit reference)
    {
        if (!reference.IsUsable)
        {
            yield return new Finding(Severity.Warning, "reference-doubtful") { Subjects = [reference.Label] };
        }

        foreach (var fit in fits)
        {
            IReadOnlyList<string> both = [fit.Label, reference.Label];
            var apart = Abs(Bound(fit.Result) - Bound(reference.Result));
            var allowed = OtherOptimum + (SameOptimum.NatsPerRow * (fit.Result.Data?.Rows ?? 0));
            if (apart > allowed && fit.Distance is { LargestShift: > 3 })
            {
                yield return Finding.Of(Severity.Warning, "another-optimum", ("nats", apart)) with
                {
                    Subjects = both,
                };
            }

            if (fit != reference && fit.Result.Posterior.Count > 0 && fit.Distance is null)
            {
                yield return new Finding(Severity.Warning, "nothing-shared") { Subjects = both };
            }
        }
    }
}
