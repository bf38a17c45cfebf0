namespace Vi.Data;

/// <summary>What a model may read of a file, where nobody says it.</summary>
/// <param name="Source">The key of <c>data</c> that names the file.</param>
/// <param name="Columns">The columns, the target among them.</param>
/// <param name="Target">The target; null where the model has none.</param>
/// <param name="Labels">A column of classes of the rows; null where there is none.</param>
/// <param name="Findings">What was recognised, guessed and left out.</param>
internal sealed record TableProposal(
    string Source,
    IReadOnlyList<string> Columns,
    string? Target,
    string? Labels,
    Gaps Gaps,
    IReadOnlyList<Finding> Findings
)
{
    /// <summary>Further keys of <c>data</c> that read the file.</summary>
    public JsonObject Settings { get; init; } = [];
}
