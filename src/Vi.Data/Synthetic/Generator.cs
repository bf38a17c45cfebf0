namespace Vi.Data.Synthetic;

/// <summary>
/// A generator of synthetic data. Adding one is adding its settings record, its table in <c>docs/settings.md</c> and one line in
/// <see cref="GeneratorCatalogue"/>; the core draws (<see cref="SyntheticData"/>).
/// </summary>
/// <param name="SettingsType">Its parameters, derived from <see cref="GeneratorSettings"/>.</param>
internal sealed record Generator(string Name, string Summary, Type SettingsType, bool HasTarget = false);

/// <summary>Parameters of a generator.</summary>
internal abstract record GeneratorSettings
{
    /// <summary>Makes the data. Raises <see cref="ExperimentException"/> where parameters do not go together.</summary>
    public GeneratedData Make(RandomStream random)
    {
        List<Problem> problems =
        [
            .. Rules()
                .Where(rule => !rule.Holds)
                .Select(rule => new Problem($"data.synthetic.{rule.Key}", rule.Message)),
        ];
        return problems.Count == 0 ? Draw(random) : throw new ExperimentException(problems);
    }

    /// <summary>Makes the data from parameters that go together.</summary>
    protected abstract GeneratedData Draw(RandomStream random);

    /// <summary>Rules about several parameters, each with the key to be named and a message where it does not hold.</summary>
    protected virtual IEnumerable<(bool Holds, string Key, string Message)> Rules() => [];

    /// <summary>Columns x1, x2, ... of rows of numbers; with a target the last one is y.</summary>
    protected static IReadOnlyList<TableColumn> Columns(double[][] rows, bool hasTarget = false, string stem = "x")
    {
        var width = rows[0].Length;
        return
        [
            .. Enumerable
                .Range(0, width)
                .Select(j => new TableColumn(
                    hasTarget && j == width - 1 ? "y" : $"{stem}{j + 1}",
                    Array.ConvertAll(rows, row => row[j])
                )),
        ];
    }

    /// <summary>A true value as the result stores it.</summary>
    protected static JsonNode? Stored<T>(T value) => JsonSerializer.SerializeToNode(value);
}

/// <summary>What a generator made.</summary>
/// <param name="Columns">Columns x1, x2, ..., and y last where there is a target.</param>
internal sealed record GeneratedData(IReadOnlyList<TableColumn> Columns, JsonObject Truth)
{
    /// <summary>Held-out rows with the same columns; null for none.</summary>
    public IReadOnlyList<TableColumn>? Test { get; init; }

    /// <summary>True component of each row, from 0; null where there are none.</summary>
    public IReadOnlyList<int>? Labels { get; init; }
}
