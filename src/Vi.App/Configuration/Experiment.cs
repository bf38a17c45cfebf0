namespace Vi.App.Configuration;

internal sealed record Experiment
{
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    public string? Name { get; init; }
    public string? Description { get; init; }
    public ulong Seed { get; init; } = 42;
    public DataSettings? Data { get; init; }
    public required ModelChoice Model { get; init; }
    public IReadOnlyList<AlgorithmSettings> Inference { get; init; } = [];
    public JsonObject? Truth { get; init; }
    public TrustLevel? Expects { get; init; }
    public ReportSettings Report { get; init; } = new();
    public OutputSettings Output { get; init; } = new();
}

internal sealed record ReportSettings
{
    public bool Enabled { get; init; } = true;
    public ReportAssets Assets { get; init; }
}

/// <summary>Where a page has the scripts that draw its charts and formulas.</summary>
internal enum ReportAssets
{
    /// <summary>In itself.</summary>
    Inline,

    /// <summary>Once for all pages of an output folder.</summary>
    Shared,
}

internal sealed record OutputSettings
{
    public DrawsFormat Draws { get; init; }
    public bool Rows { get; init; }
}

/// <summary>How draws of the posterior are stored.</summary>
internal enum DrawsFormat
{
    Csv,
    None,
}

/// <summary>A model type with an instance of its settings record.</summary>
internal sealed record ModelChoice(string Type, object Settings);
