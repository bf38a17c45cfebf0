namespace Vi.App.Data.Synthetic;

/// <summary>A hidden Markov chain that begins in its first state, with normal rows in one column.</summary>
internal sealed class RegimeSwitchingGenerator()
    : Generator<RegimeSwitchingGenerator.Settings>(
        "regime-switching",
        "a series whose mean and volatility follow a hidden Markov chain, with its true states as labels"
    )
{
    protected override GeneratedData Generate(Settings settings, RandomStream random)
    {
        var states = new int[settings.N];
        var values = new double[settings.N];
        for (var t = 0; t < settings.N; t++)
        {
            states[t] = t == 0 ? 0 : Draw(settings.Transitions[states[t - 1]], random);
            values[t] = settings.Means[states[t]] + (settings.Sds[states[t]] * random.NextNormal());
        }

        var truth = new JsonObject
        {
            ["mu"] = Rows(settings.Means.Select(x => new[] { x })),
            ["sigma"] = Rows(settings.Sds.Select(x => new[] { x })),
            ["A"] = Rows(settings.Transitions),
        };
        return new GeneratedData([new TableColumn("x1", values)], null, states, truth);
    }

    private static int Draw(IReadOnlyList<double> probabilities, RandomStream random)
    {
        var rest = random.NextUniform();
        for (var k = 0; k < probabilities.Count - 1; k++)
        {
            rest -= probabilities[k];
            if (rest < 0)
            {
                return k;
            }
        }

        return probabilities.Count - 1;
    }

    protected override IEnumerable<(bool Holds, string Key, string Message)> Problems(Settings settings)
    {
        var states = settings.Means.Count;
        yield return (states > 0, "means", "the list is empty; give one mean a state");
        yield return (settings.Sds.Count == states, "sds", $"{settings.Sds.Count} sds for {states} means");
        yield return (
            settings.Transitions.Count == states,
            "transitions",
            $"{settings.Transitions.Count} rows for {states} means; one row a state is needed"
        );
        foreach (var (i, row) in settings.Transitions.Index())
        {
            yield return (row.Count == states, $"transitions[{i}]", $"{row.Count} probabilities for {states} states");
            yield return (
                System.Math.Abs(row.Sum() - 1) < 1e-9,
                $"transitions[{i}]",
                $"the probabilities add up to {row.Sum():R}; they must add up to 1"
            );
        }
    }

    public sealed record Settings
    {
        [Setting("number of rows; the chain begins in its first state", Minimum = 1)]
        public required int N { get; init; }

        [Setting("true means, one a state")]
        public required IReadOnlyList<double> Means { get; init; }

        [Setting("true standard deviations, one a state", ExclusiveMinimum = 0)]
        public required IReadOnlyList<double> Sds { get; init; }

        [Setting("true transition probabilities, one row a state that adds up to 1", Minimum = 0, Maximum = 1)]
        public required IReadOnlyList<IReadOnlyList<double>> Transitions { get; init; }
    }
}
