namespace Vi.Results;

/// <summary>What to change, to what, and why.</summary>
/// <param name="Remedy">What to change: a case of the core's <c>Remedy</c>, e.g. <c>more-steps</c>.</param>
/// <param name="Because">The code of the failed check; null where the outcome is the reason.</param>
public sealed record AdviceRecord(string Remedy, string? Because)
{
    /// <summary>The new value; null where the remedy is none.</summary>
    public JsonNode? Value { get; init; }

    /// <summary>The setting that gets it, e.g. <c>inference.samples</c>; null where no setting does.</summary>
    public string? Setting { get; init; }
}
