namespace Vi.Reports.Comparisons;

/// <summary>Compares results of any algorithms: of one experiment, or of separate runs.</summary>
public static class Comparison
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
        var (reference, reason) = ReferenceChoice.Of(results, labels);
        var comparability = Comparability.Of(results);
        var entries = results.Select(ResultEntry.Of).ToList();
        var best = results.Select(Bound).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();
        var fits = results
            .Select(
                (result, i) =>
                {
                    var parameters =
                        i == reference || reference < 0
                            ? new Dictionary<string, PosteriorDistance>(StringComparer.Ordinal)
                            : Parameters(result, results[reference], entries[i], entries[reference], Distance.Between);
                    var responses =
                        i == reference || reference < 0
                            ? new Dictionary<string, PosteriorDistance>(StringComparer.Ordinal)
                            : Parameters(
                                result,
                                results[reference],
                                entries[i],
                                entries[reference],
                                Distance.ByResponse
                            );
                    var shared = parameters.Keys.ToList();
                    return new ComparedFit(
                        labels[i],
                        comparability.SameData && double.IsFinite(Bound(result)) ? best - Bound(result) : null,
                        shared.Count == 0
                            ? null
                            : Distance.Between(
                                shared.SelectMany(name => entries[i][name]),
                                shared.SelectMany(name => entries[reference][name])
                            ),
                        parameters
                    )
                    {
                        LinearResponse = Distance.ByResponse(
                            responses.Keys.SelectMany(name => entries[i][name]),
                            responses.Keys.SelectMany(name => entries[reference][name])
                        ),
                        LinearResponseParameters = responses,
                    };
                }
            )
            .ToList();
        var advice = Recommendation.Of(results, fits, reference, comparability);
        return new ComparisonRecord
        {
            Reference = reference < 0 ? null : labels[reference],
            ReferenceReason = reason,
            Recommendation = advice.Sentence,
            Recommended = advice.Label,
            Reasons = advice.Reasons,
            Fits = fits,
            Findings =
            [
                .. comparability.Findings.Concat(Doubts(results, fits, reference)).Select(FindingText.Rendered),
            ],
        };
    }

    /// <summary>
    /// What each result is called: its label, else its algorithm; with the run's name in front where the results come from several runs.
    /// </summary>
    public static IReadOnlyList<string> Labels(IReadOnlyList<RunResult> results)
    {
        var runs = results.Select(result => result.Name).Distinct(StringComparer.Ordinal).Count();
        var algorithms = results.Select(Own).Distinct(StringComparer.Ordinal).Count();
        var labels = new List<string>();
        foreach (var result in results)
        {
            var label =
                runs == 1 ? Own(result)
                : algorithms == 1 && runs == results.Count ? result.Name
                : $"{result.Name}: {Own(result)}";
            var same = labels.Count(used => used == label || used.StartsWith($"{label} #", StringComparison.Ordinal));
            labels.Add(same == 0 ? label : $"{label} #{same + 1}");
        }

        return labels;
    }

    private static string Own(RunResult result) => result.Label ?? result.Algorithm;

    private static double Bound(RunResult result) => result.Elbo?.Value ?? double.NaN;

    /// <summary>Distances of the parameters that both results have in one shape.</summary>
    private static Dictionary<string, PosteriorDistance> Parameters(
        RunResult result,
        RunResult reference,
        IReadOnlyDictionary<string, IReadOnlyList<ResultEntry>> entries,
        IReadOnlyDictionary<string, IReadOnlyList<ResultEntry>> ofReference,
        Func<IEnumerable<ResultEntry>, IEnumerable<ResultEntry>, PosteriorDistance?> between
    )
    {
        var distances = new Dictionary<string, PosteriorDistance>(StringComparer.Ordinal);
        foreach (var quantity in result.Posterior)
        {
            if (
                reference.Posterior.Find(quantity.Name) is { } other
                && quantity.Shape.SequenceEqual(other.Shape)
                && between(entries[quantity.Name], ofReference[quantity.Name]) is { } distance
            )
            {
                distances[quantity.Name] = distance;
            }
        }

        return distances;
    }

    private static IEnumerable<Finding> Doubts(IReadOnlyList<RunResult> results, List<ComparedFit> fits, int reference)
    {
        if (reference < 0)
        {
            yield break;
        }

        if (!ReferenceChoice.IsUsable(results[reference]))
        {
            yield return new Finding(Severity.Warning, "reference-doubtful") { Subjects = [fits[reference].Label] };
        }

        for (var i = 0; i < fits.Count; i++)
        {
            IReadOnlyList<string> both = [fits[i].Label, fits[reference].Label];
            var apart = System.Math.Abs(Bound(results[i]) - Bound(results[reference]));
            if (
                apart > OtherOptimum + (SameOptimum.NatsPerRow * (results[i].Data?.Rows ?? 0))
                && fits[i].Distance is { LargestShift: > 3 }
            )
            {
                yield return Finding.Of(Severity.Warning, "another-optimum", ("nats", apart)) with
                {
                    Subjects = both,
                };
            }

            if (i != reference && results[i].Posterior.Count > 0 && fits[i].Distance is null)
            {
                yield return new Finding(Severity.Warning, "nothing-shared") { Subjects = both };
            }
        }
    }
}
