namespace Vi.Results;

/// <summary>What lists of runs show of one: the content of <c>summary.json</c>, made from <c>result.json</c> and stored with it.</summary>
public sealed record RunSummary
{
    /// <summary>File name of a stored summary.</summary>
    public const string FileName = "summary.json";

    /// <summary>Version of the layout.</summary>
    public const int Layout = 1;

    /// <summary>Version of the layout of a stored summary.</summary>
    public int SchemaVersion { get; init; } = Layout;

    /// <summary>Name of the run.</summary>
    public required string Name { get; init; }

    /// <summary>What its experiment says about itself.</summary>
    public string? Description { get; init; }

    /// <summary>Its results in order.</summary>
    public required IReadOnlyList<ResultSummary> Results { get; init; }

    /// <summary>The summary as JSON text that ends with a line feed.</summary>
    public string Serialize() => JsonSerializer.Serialize(this, ResultJson.ReadableOptions) + "\n";

    /// <summary>
    /// The summary stored next to a <c>result.json</c>; null where there is none, where it cannot be read, or where the result changed after
    /// it: the result itself says what is right then.
    /// </summary>
    public static RunSummary? Read(string resultPath)
    {
        var result = new FileInfo(resultPath);
        var summary = new FileInfo(Path.Combine(result.DirectoryName!, FileName));
        if (!summary.Exists || summary.LastWriteTimeUtc < result.LastWriteTimeUtc)
        {
            return null;
        }

        try
        {
            var found = JsonSerializer.Deserialize<RunSummary>(File.ReadAllText(summary.FullName), ResultJson.Options);
            return found is { SchemaVersion: Layout, Results.Count: > 0 } && found.Results.All(one => one is not null)
                ? found
                : null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>What lists of runs show of a result.</summary>
public sealed record ResultSummary
{
    /// <summary>Name of the result's own run.</summary>
    public required string Name { get; init; }

    /// <summary>Its label; null where the run has one fit.</summary>
    public string? Label { get; init; }

    /// <summary>Its label in the comparison of the run; null where there is none.</summary>
    public string? ComparedAs { get; init; }

    /// <summary>File name of its page.</summary>
    public required string Page { get; init; }

    /// <summary>Type of the model.</summary>
    public required string Model { get; init; }

    /// <summary>How the run ended.</summary>
    public RunStatus Status { get; init; }

    /// <summary>Whether its answer can be used; null where there is none.</summary>
    public TrustLevel? Level { get; init; }

    /// <summary>What decided the verdict.</summary>
    public required VerdictCauses Causes { get; init; }

    /// <summary>The bound in nats.</summary>
    public double? Elbo { get; init; }

    /// <summary>Iterations of the kept restart.</summary>
    public int Iterations { get; init; }

    /// <summary>What the algorithm calls an iteration.</summary>
    public required string Iteration { get; init; }

    /// <summary>Gradients of the log density.</summary>
    public long? Gradients { get; init; }

    /// <summary>Rows of the data; null without data.</summary>
    public long? Rows { get; init; }

    /// <summary>Columns of the data; null without data.</summary>
    public int? Columns { get; init; }

    /// <summary>Seconds that the fit took.</summary>
    public double FitSeconds { get; init; }

    /// <summary>When the fit began.</summary>
    public DateTimeOffset StartedAt { get; init; }
}
