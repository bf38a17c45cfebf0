namespace Vi.App.Models.Regimes;

/// <summary>Which inferred state stands for which label.</summary>
internal static class StateMatching
{
    /// <summary>Most states for which every matching is tried.</summary>
    private const int MostForAll = 8;

    /// <summary>
    /// Largest share of rows whose state is matched with their label, each state with a label of its own. Beyond eight states or labels
    /// the most frequent pairs are matched first.
    /// </summary>
    public static double Agreement(IReadOnlyList<int> states, IReadOnlyList<int> labels)
    {
        var names = labels.Distinct().Order().ToArray();
        var size = System.Math.Max(names.Length, states.Max() + 1);
        var both = new int[size, size];
        for (var t = 0; t < states.Count; t++)
        {
            both[states[t], Array.BinarySearch(names, labels[t])]++;
        }

        return (size <= MostForAll ? Best(both, 0, new bool[size]) : Greedy(both)) / (double)states.Count;
    }

    private static int Best(int[,] both, int state, bool[] taken)
    {
        if (state == taken.Length)
        {
            return 0;
        }

        var best = 0;
        for (var label = 0; label < taken.Length; label++)
        {
            if (!taken[label])
            {
                taken[label] = true;
                best = System.Math.Max(best, both[state, label] + Best(both, state + 1, taken));
                taken[label] = false;
            }
        }

        return best;
    }

    private static int Greedy(int[,] both)
    {
        var size = both.GetLength(0);
        var (states, labels) = (new HashSet<int>(), new HashSet<int>());
        return Enumerable
            .Range(0, size * size)
            .OrderByDescending(at => both[at / size, at % size])
            .Where(at => !states.Contains(at / size) && !labels.Contains(at % size))
            .Sum(at => states.Add(at / size) && labels.Add(at % size) ? both[at / size, at % size] : 0);
    }
}
