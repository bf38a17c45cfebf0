namespace Vi.Data.Synthetic;

/// <summary>A hidden Markov chain that begins in its first state, with normal rows in one column.</summary>
internal sealed record RegimeSwitchingGenerator : GeneratorSettings
{
    public required int N { get; init; }
    public required IReadOnlyList<double> Means { get; init; }
    public required IReadOnlyList<double> Sds { get; init; }
    public required IReadOnlyList<IReadOnlyList<double>> Transitions { get; init; }

    protected override IEnumerable<(bool Holds, string Key, string Message)> Rules()
    {
        var states = Means.Count;
        yield return (states > 0, "means", "the list is empty; give one mean a state");
        yield return (Sds.Count == states, "sds", $"{Sds.Count} sds for {states} means");
        yield return (
            Transitions.Count == states,
            "transitions",
            $"{Transitions.Count} rows for {states} means; one row a state is needed"
        );
        foreach (var (i, row) in Transitions.Index())
        {
            yield return (row.Count == states, $"transitions[{i}]", $"{row.Count} probabilities for {states} states");
            yield return (
                System.Math.Abs(row.Sum() - 1) < 1e-9,
                $"transitions[{i}]",
                $"the probabilities add up to {row.Sum():R}; they must add up to 1"
            );
        }
    }

    protected override GeneratedData Draw(RandomStream random)
    {
        var (values, states) = SyntheticData.Regimes(N, Transitions, Means, Sds, random);
        var truth = new JsonObject
        {
            ["mu"] = Stored(Means.Chunk(1)),
            ["sigma"] = Stored(Sds.Chunk(1)),
            ["A"] = Stored(Transitions),
        };
        return new GeneratedData([new TableColumn("x1", values)], truth) { Labels = states };
    }
}
