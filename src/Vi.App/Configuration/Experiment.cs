namespace Vi.App.Configuration;

/// <summary>An experiment file: the settings of one run.</summary>
internal sealed record Experiment
{
    /// <summary>Where editors find the schema; not read otherwise.</summary>
    [Setting("address of the JSON Schema, for editors only")]
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>Name of the run and of its folder; the file's name without its ending where the file says nothing.</summary>
    [Setting("name of the run and of its folder below the output folder [the file's name]")]
    public string? Name { get; init; }

    /// <summary>A line or two about the run.</summary>
    [Setting("a line or two about the run, shown in the report")]
    public string? Description { get; init; }

    /// <summary>Seed of the whole run.</summary>
    [Setting("seed of the random stream that the whole run is made from")]
    public ulong Seed { get; init; } = 42;

    /// <summary>The data; null for a model that reads none.</summary>
    [Setting("where the data come from")]
    public DataSettings? Data { get; init; }

    /// <summary>The model and its settings.</summary>
    [Setting("the model and its settings")]
    public required ModelChoice Model { get; init; }

    /// <summary>The algorithm and its budget; of several, each runs on the same model and data.</summary>
    [Setting(
        "the algorithm and its budget; or a list of such objects: each runs on the same model and data, and the report compares them"
    )]
    public IReadOnlyList<AlgorithmSettings> Inference { get; init; } = [];

    /// <summary>True values by parameter name, for figures.</summary>
    [Setting("true parameter values by name, where they are known: for figures only")]
    public JsonObject? Truth { get; init; }

    /// <summary>The report.</summary>
    [Setting("the report")]
    public ReportSettings Report { get; init; } = new();
}

/// <summary>The experiment's <c>report</c> object.</summary>
internal sealed record ReportSettings
{
    /// <summary>Whether <c>report.html</c> is written.</summary>
    [Setting("whether report.html is written")]
    public bool Enabled { get; init; } = true;
}

/// <summary>A model type with an instance of its settings record.</summary>
internal sealed record ModelChoice(string Type, object Settings);
