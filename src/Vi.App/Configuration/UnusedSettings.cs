using System.Text.Json.Nodes;
using Vi.App.Models;

namespace Vi.App.Configuration;

/// <summary>Settings that were changed but belong to other algorithms than the one that fits.</summary>
public static class UnusedSettings
{
    private static readonly IReadOnlyList<KeyShape> Keys = ShapeReader.Plain.Read(typeof(InferenceSettings)).Keys;

    /// <summary>
    /// What to say of an <c>inference</c> object whose algorithm is filled in, in one sentence; null where every setting that differs from
    /// its default is read. Stored configurations hold all defaults, so that those say nothing.
    /// </summary>
    public static string? Sentence(JsonObject inference)
    {
        var algorithm = inference["algorithm"]!.GetValue<string>();
        var unused = Keys.Where(key =>
                key.Algorithms.Count > 0
                && !key.Algorithms.Contains(algorithm, StringComparer.Ordinal)
                && inference[key.Name] is { } value
                && !JsonNode.DeepEquals(value, key.Default)
            )
            .Select(key => $"{key.Name} (read by {string.Join(", ", key.Algorithms)})")
            .ToList();
        return unused.Count == 0
            ? null
            : $"The fit is by {algorithm}, which does not read inference.{string.Join(", ", unused)}; nothing depends on {(unused.Count == 1 ? "it" : "them")}.";
    }
}
