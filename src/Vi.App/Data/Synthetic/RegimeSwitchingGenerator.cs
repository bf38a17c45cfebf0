using System.Text.Json.Nodes;
using Vi.App.Configuration;

namespace Vi.App.Data.Synthetic;

/// <summary>A hidden Markov chain that begins in its first state, with normal rows in one column.</summary>
public sealed class RegimeSwitchingGenerator : IGenerator
{
    /// <inheritdoc />
    public string Name => "regime-switching";

    /// <inheritdoc />
    public string Summary =>
        "a series whose mean and volatility follow a hidden Markov chain, with its true states as labels";

    /// <inheritdoc />
    public Type SettingsType => typeof(Settings);

    /// <inheritdoc />
    public bool HasTarget => false;

    /// <inheritdoc />
    public GeneratedData Generate(object settings, IRandomSource random)
    {
        var given = (Settings)settings;
        Check(given);
        var states = new int[given.N];
        var values = new double[given.N];
        for (var t = 0; t < given.N; t++)
        {
            states[t] = t == 0 ? 0 : Draw(given.Transitions[states[t - 1]], random);
            values[t] = given.Means[states[t]] + (given.Sds[states[t]] * random.NextNormal());
        }

        var truth = new JsonObject
        {
            ["mu"] = Columns(given.Means),
            ["sigma"] = Columns(given.Sds),
            ["A"] = new JsonArray([.. given.Transitions.Select(row => (JsonNode)Numbers(row))]),
        };
        return new GeneratedData([new TableColumn("x1", values)], null, states, truth);
    }

    private static int Draw(IReadOnlyList<double> probabilities, IRandomSource random)
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

    private static void Check(Settings settings)
    {
        var problems = new List<Problem>();
        var states = settings.Means.Count;
        Expect(states > 0, "means", "the list is empty; give one mean a state");
        Expect(settings.Sds.Count == states, "sds", $"{settings.Sds.Count} sds for {states} means");
        Expect(
            settings.Transitions.Count == states,
            "transitions",
            $"{settings.Transitions.Count} rows for {states} means; one row a state is needed"
        );
        for (var i = 0; i < settings.Transitions.Count; i++)
        {
            var row = settings.Transitions[i];
            Expect(row.Count == states, $"transitions[{i}]", $"{row.Count} probabilities for {states} states");
            Expect(
                System.Math.Abs(row.Sum() - 1) < 1e-9,
                $"transitions[{i}]",
                $"the probabilities add up to {row.Sum():R}; they must add up to 1"
            );
        }

        if (problems.Count > 0)
        {
            throw new ExperimentException(problems);
        }

        void Expect(bool holds, string key, string message)
        {
            if (!holds)
            {
                problems.Add(new Problem($"data.synthetic.{key}", message));
            }
        }
    }

    private static JsonArray Columns(IReadOnlyList<double> numbers) =>
        new([.. numbers.Select(x => (JsonNode)new JsonArray(JsonValue.Create(x)))]);

    private static JsonArray Numbers(IReadOnlyList<double> numbers) =>
        new([.. numbers.Select(x => JsonValue.Create(x))]);

    /// <summary>Parameters of <see cref="RegimeSwitchingGenerator"/>.</summary>
    public sealed record Settings
    {
        /// <summary>Number of rows.</summary>
        [Setting("number of rows; the chain begins in its first state", Minimum = 1)]
        public required int N { get; init; }

        /// <summary>True means.</summary>
        [Setting("true means, one a state")]
        public required IReadOnlyList<double> Means { get; init; }

        /// <summary>True standard deviations.</summary>
        [Setting("true standard deviations, one a state", ExclusiveMinimum = 0)]
        public required IReadOnlyList<double> Sds { get; init; }

        /// <summary>True transition probabilities.</summary>
        [Setting("true transition probabilities, one row a state that adds up to 1", Minimum = 0, Maximum = 1)]
        public required IReadOnlyList<IReadOnlyList<double>> Transitions { get; init; }
    }
}
