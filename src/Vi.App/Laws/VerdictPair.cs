using Vi.Verification;

namespace Vi.App.Laws;

/// <summary>An algorithm on a kind of data set.</summary>
internal sealed record VerdictPair(VerdictKind Kind, string Algorithm)
{
    /// <summary>
    /// The pairs that filters choose: each filter is a part of the kind's name, of the model's, or of the algorithm's, and all of them have to
    /// match.
    /// </summary>
    /// <exception cref="ExperimentException">Nothing is chosen.</exception>
    public static IReadOnlyList<VerdictPair> Choose(IReadOnlyList<VerdictKind> kinds, IReadOnlyList<string> filters)
    {
        List<VerdictPair> all =
        [
            .. kinds.SelectMany(kind => kind.Algorithms.Select(algorithm => new VerdictPair(kind, algorithm))),
        ];
        foreach (var filter in filters)
        {
            if (!all.Exists(pair => pair.Matches(filter)))
            {
                throw new ExperimentException(
                    $"no kind of data set, model or algorithm matches \"{filter}\"{NearestName.Hint(filter, [.. all.SelectMany(pair => pair.Names).Distinct(StringComparer.Ordinal)])}"
                );
            }
        }

        List<VerdictPair> chosen = [.. all.Where(pair => filters.All(pair.Matches))];
        return chosen.Count > 0
            ? chosen
            : throw new ExperimentException($"no fit matches all of \"{string.Join("\", \"", filters)}\"");
    }

    private string[] Names => [Kind.Name, Kind.Model, Algorithm];

    private bool Matches(string filter) => Names.Any(name => name.Contains(filter, StringComparison.OrdinalIgnoreCase));
}
