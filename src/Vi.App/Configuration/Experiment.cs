namespace Vi.App.Configuration;

internal sealed record Experiment
{
    [Setting("address of the JSON Schema, for editors only")]
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    [Setting("name of the run and of its folder below the output folder [the file's name]")]
    public string? Name { get; init; }

    [Setting("a line or two about the run, shown in the report")]
    public string? Description { get; init; }

    [Setting("seed of the random stream that the whole run is made from")]
    public ulong Seed { get; init; } = 42;

    [Setting("where the data come from")]
    public DataSettings? Data { get; init; }

    [Setting("the model and its settings")]
    public required ModelChoice Model { get; init; }

    [Setting(
        "the algorithm and its budget; or a list of such objects: each runs on the same model and data, and the report compares them"
    )]
    public IReadOnlyList<AlgorithmSettings> Inference { get; init; } = [];

    [Setting("true parameter values by name, where they are known: for figures only")]
    public JsonObject? Truth { get; init; }

    [Setting("the report")]
    public ReportSettings Report { get; init; } = new();
}

internal sealed record ReportSettings
{
    [Setting("whether report.html is written")]
    public bool Enabled { get; init; } = true;
}

/// <summary>A model type with an instance of its settings record.</summary>
internal sealed record ModelChoice(string Type, object Settings);
