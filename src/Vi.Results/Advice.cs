namespace Vi.Results;

/// <summary>What to change, to what, and why.</summary>
public sealed record AdviceRecord(string Remedy, string? Because)
{
    public JsonNode? Value { get; init; }
    public string? Setting { get; init; }
}
