namespace Vi.App.Data.Synthetic;

/// <summary>A generator of synthetic data. Adding one is adding one class and one line in <see cref="GeneratorCatalogue"/>.</summary>
internal interface IGenerator
{
    /// <summary>Its name in experiment files.</summary>
    string Name { get; }

    /// <summary>What it makes, in a sentence.</summary>
    string Summary { get; }

    /// <summary>A record class whose <see cref="SettingAttribute"/> properties are its parameters.</summary>
    Type SettingsType { get; }

    bool HasTarget { get; }

    /// <summary>
    /// Makes the data from an instance of the settings type and a random stream. Raises <see cref="ExperimentException"/> where parameters
    /// do not go together.
    /// </summary>
    GeneratedData Generate(object settings, RandomStream random);
}

/// <summary>A generator with a settings record of its own.</summary>
/// <param name="name">Its name in experiment files.</param>
/// <param name="summary">What it makes.</param>
/// <param name="hasTarget">Whether the last column is a target.</param>
internal abstract class Generator<TSettings>(string name, string summary, bool hasTarget = false) : IGenerator
{
    public string Name => name;

    public string Summary => summary;

    public Type SettingsType => typeof(TSettings);

    public bool HasTarget => hasTarget;

    GeneratedData IGenerator.Generate(object settings, RandomStream random)
    {
        var given = (TSettings)settings;
        List<Problem> problems =
        [
            .. Problems(given)
                .Where(rule => !rule.Holds)
                .Select(rule => new Problem($"data.synthetic.{rule.Key}", rule.Message)),
        ];
        return problems.Count == 0 ? Generate(given, random) : throw new ExperimentException(problems);
    }

    protected abstract GeneratedData Generate(TSettings settings, RandomStream random);

    /// <summary>Rules about several parameters, each with the key to be named and a message where it does not hold.</summary>
    protected virtual IEnumerable<(bool Holds, string Key, string Message)> Problems(TSettings settings) => [];

    protected static JsonArray Numbers(IEnumerable<double> numbers) =>
        new([.. numbers.Select(x => JsonValue.Create(x))]);

    protected static JsonArray Rows(IEnumerable<IEnumerable<double>> rows) => new([.. rows.Select(Numbers)]);
}

/// <summary>What a generator made.</summary>
/// <param name="Columns">Columns x1, x2, ..., and y last where there is a target.</param>
/// <param name="Test">Held-out rows with the same columns; null for none.</param>
/// <param name="Labels">True component of each row, from 0; null where there are none.</param>
/// <param name="Truth">The true parameters by posterior name.</param>
internal sealed record GeneratedData(
    IReadOnlyList<TableColumn> Columns,
    IReadOnlyList<TableColumn>? Test,
    IReadOnlyList<int>? Labels,
    JsonObject Truth
);
