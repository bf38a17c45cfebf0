using System.Collections;

namespace Vi.App.Configuration;

/// <summary>
/// Settings from outside the file: environment variables such as <c>VILAB_model__components=4</c>, then <c>--set model.components=4</c> over
/// them.
/// </summary>
internal sealed class SettingOverrides
{
    /// <summary>What the names of environment variables start with.</summary>
    public const string EnvironmentPrefix = "VILAB_";

    private readonly List<Override> overrides;

    private SettingOverrides() => overrides = [];

    public static SettingOverrides None { get; } = new();

    /// <summary>
    /// Reads both layers. Raises <see cref="ExperimentException"/> for an assignment without <c>=</c> or without a path.
    /// </summary>
    /// <param name="assignments">The <c>path=value</c> texts of <c>--set</c>; of two for one path the later one counts.</param>
    public SettingOverrides(IEnumerable<string> assignments, string environmentPrefix = EnvironmentPrefix)
    {
        var variables = Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Select(pair => (Name: (string)pair.Key, Value: pair.Value as string ?? ""))
            .Where(pair => pair.Name.StartsWith(environmentPrefix, StringComparison.OrdinalIgnoreCase))
            .OrderBy(pair => pair.Name, StringComparer.OrdinalIgnoreCase)
            .Select(pair => new Override(pair.Name[environmentPrefix.Length..].Split("__"), pair.Value, pair.Name));
        var given = assignments
            .Select(Assignment)
            .Reverse()
            .DistinctBy(item => string.Join('.', item.Segments), StringComparer.OrdinalIgnoreCase)
            .Reverse();
        // A section comes before what stands in it.
        overrides =
        [
            .. variables.OrderBy(item => item.Segments.Length),
            .. given.OrderBy(item => item.Segments.Length),
        ];
    }

    /// <summary>
    /// Writes the settings into a tree, and says for each path that was written where its value came from. Keys are matched without regard
    /// to case. Raises <see cref="ExperimentException"/> where a path leads through a value that has no entries, or beyond a list's end.
    /// </summary>
    internal IReadOnlyDictionary<string, string> ApplyTo(JsonObject tree, JsonObject schema)
    {
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in overrides)
        {
            var path = Write(item, tree, schema);
            origins[path] = item.Origin(path);
        }

        return origins;
    }

    /// <summary>Walks down the tree, guided by the schema, writes the value at the end, and answers with its path in the file's spelling.</summary>
    private static string Write(Override item, JsonNode node, JsonObject? schema)
    {
        var path = "";
        foreach (var (i, segment) in item.Segments.Index())
        {
            var isLast = i == item.Segments.Length - 1;
            schema = schema?.Chosen(node);
            switch (node)
            {
                case JsonObject settings:
                    (var name, schema) = schema?.KeyNamed(segment) ?? default;
                    bool IsMeant(string key) => key.Equals(segment, StringComparison.OrdinalIgnoreCase);
                    name = settings.ContainsKey(segment)
                        ? segment
                        : settings.Select(pair => pair.Key).FirstOrDefault(IsMeant) ?? name ?? segment;
                    path = JsonText.Join(path, name);
                    Replace(settings[name], value => settings[name] = value);
                    break;
                case JsonArray list
                    when int.TryParse(segment, NumberStyles.None, null, out var index) && index <= list.Count:
                    schema = schema?["items"] as JsonObject;
                    path = $"{path}[{index}]";
                    if (index == list.Count)
                    {
                        list.Add(null);
                    }

                    Replace(list[index], value => list[index] = value);
                    break;
                default:
                    var why = node is JsonArray { Count: var count }
                        ? $"there is no entry \"{segment}\" in a list of {count}; indices count from 0"
                        : $"{SchemaValidator.Show(node)} has no \"{segment}\" below it";
                    throw new ExperimentException(path, $"{why} (from {item.Origin(null)})");
            }

            void Replace(JsonNode? there, Action<JsonNode?> set)
            {
                if (isLast || there is null)
                {
                    there =
                        isLast ? JsonText.Value(item.Value)
                        : schema?.IsList() == true ? new JsonArray()
                        : new JsonObject();
                    set(there);
                }

                node = there!;
            }
        }

        return path;
    }

    private static Override Assignment(string assignment)
    {
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        string[] segments =
            equals > 0 ? assignment[..equals].Trim().Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries) : [];
        return segments.Length > 0
            ? new Override(segments, assignment[(equals + 1)..], null)
            : throw new ExperimentException(
                $"--set {assignment}: write the path of a setting, an equals sign and a value, e.g. --set model.components=4"
            );
    }

    private sealed record Override(string[] Segments, string Value, string? Variable)
    {
        public string Origin(string? path) =>
            Variable is null
                ? $"--set {path ?? string.Join('.', Segments)}={Value}"
                : $"environment variable {Variable}={Value}";
    }
}
