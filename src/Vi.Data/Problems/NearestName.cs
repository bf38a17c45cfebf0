namespace Vi.Data.Problems;

/// <summary>Finds what somebody probably meant to write.</summary>
internal static class NearestName
{
    /// <summary>A longer text is no mistyped name, and distances from it take long.</summary>
    private const int LongestName = 200;

    /// <summary>
    /// The known name with the smallest edit distance, or null where none is near: more than a third of the name, and at least two
    /// letters, would have to change.
    /// </summary>
    public static string? Of(string written, IEnumerable<string> known)
    {
        if (written.Length > LongestName)
        {
            return null;
        }

        var allowance = Max(2, written.Length / 3);
        return known
            .Where(name => name.Length <= LongestName)
            .Select(name => (Name: name, Distance: Distance(written, name)))
            .Where(candidate => candidate.Distance <= allowance && candidate.Distance < candidate.Name.Length)
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    /// <summary>A clause <c>; did you mean "x"?</c>, or <c>; known: a, b</c> where nothing is near.</summary>
    public static string Hint(string written, IReadOnlyCollection<string> known) =>
        (Of(written, known), known.Count) switch
        {
            ({ } name, _) => $"; did you mean \"{name}\"? Known: {string.Join(", ", known)}",
            (null, 0) => "",
            _ => $"; known: {string.Join(", ", known)}",
        };

    /// <summary>The entry of a catalogue with a name. Raises <see cref="ExperimentException"/> with the nearest name for any other.</summary>
    public static T Find<T>(IReadOnlyList<T> catalogue, Func<T, string> nameOf, string name, string what) =>
        catalogue.FirstOrDefault(entry => nameOf(entry) == name)
        ?? throw new ExperimentException($"\"{name}\" is no known {what}{Hint(name, [.. catalogue.Select(nameOf)])}");

    /// <summary>
    /// Edit distance by insertion, deletion, change and swap of neighbours (optimal string alignment), case ignored.
    /// </summary>
    public static int Distance(string left, string right)
    {
        var distance = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distance[i, j] = i + j;
                    continue;
                }

                var change = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                var best = Min(distance[i - 1, j] + 1, distance[i, j - 1] + 1);
                best = Min(best, distance[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    best = Min(best, distance[i - 2, j - 2] + 1);
                }

                distance[i, j] = best;
            }
        }

        return distance[left.Length, right.Length];
    }

    private static bool Same(char left, char right) => char.ToUpperInvariant(left) == char.ToUpperInvariant(right);
}
