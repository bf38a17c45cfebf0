using System.Text.Json.Nodes;
using Vi.App.Configuration;
using Vi.App.Results;

namespace Vi.App.Findings;

/// <summary>Settings of other algorithms, which somebody may believe to be at work.</summary>
public sealed class UnusedSettingsRule : IFindingRule
{
    /// <inheritdoc />
    public IEnumerable<Finding> Apply(FindingFacts facts)
    {
        if (
            facts.Result.Configuration?["inference"] is JsonObject inference
            && UnusedSettings.Sentence(inference) is { } sentence
        )
        {
            yield return new Finding("hint", "unused-settings", sentence);
        }
    }
}
