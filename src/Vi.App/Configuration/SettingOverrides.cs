using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace Vi.App.Configuration;

/// <summary>
/// Settings from outside the file, layered by Microsoft.Extensions.Configuration: environment variables such as
/// <c>VILAB_model__components=4</c>, then <c>--set model.components=4</c> over them.
/// </summary>
public sealed partial class SettingOverrides
{
    /// <summary>What the names of environment variables start with.</summary>
    public const string EnvironmentPrefix = "VILAB_";

    private readonly List<Override> overrides = [];

    /// <summary>
    /// Reads both layers. Raises <see cref="ExperimentException"/> for an assignment without <c>=</c> or without a path.
    /// </summary>
    /// <param name="assignments">The <c>path=value</c> texts of <c>--set</c>; of two for one path the later one counts.</param>
    /// <param name="environmentPrefix">What the names of environment variables start with.</param>
    public SettingOverrides(IEnumerable<string> assignments, string environmentPrefix = EnvironmentPrefix)
    {
        var set = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var assignment in assignments)
        {
            var (path, value) = Split(assignment);
            set[string.Join(ConfigurationPath.KeyDelimiter, Segments(path))] = value;
        }

        var root = new ConfigurationBuilder()
            .AddEnvironmentVariables(environmentPrefix)
            .AddInMemoryCollection(set)
            .Build();
        var keys = root.AsEnumerable().Select(pair => pair.Key).ToList();
        foreach (var provider in root.Providers)
        {
            var fromEnvironment = provider is EnvironmentVariablesConfigurationProvider;
            var layer = keys.Where(key => provider.TryGet(key, out _))
                .OrderBy(key => key.Count(c => c == ':'))
                .ThenBy(key => key, StringComparer.OrdinalIgnoreCase);
            foreach (var key in layer)
            {
                provider.TryGet(key, out var value);
                overrides.Add(
                    new Override(
                        key.Split(':'),
                        value ?? "",
                        fromEnvironment ? environmentPrefix + key.Replace(":", "__", StringComparison.Ordinal) : null
                    )
                );
            }
        }

        (root as IDisposable)?.Dispose();
    }

    /// <summary>True where nothing is overridden.</summary>
    public bool IsEmpty => overrides.Count == 0;

    /// <summary>
    /// Writes the settings into a tree, and says for each path that was written where its value came from. Keys are matched without regard
    /// to case, as Microsoft.Extensions.Configuration does.
    /// </summary>
    public IReadOnlyDictionary<string, string> ApplyTo(JsonObject tree, Shape shape)
    {
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in overrides)
        {
            var path = new OverridePath(shape).Write(tree, item.Segments, ValueOf(item.Value), item.Origin("…"));
            origins[path] = item.Origin(path);
        }

        return origins;
    }

    private static JsonNode? ValueOf(string text) =>
        JsonText.TryParseValue(text, out var value) ? value : JsonValue.Create(text);

    private static (string Path, string Value) Split(string assignment)
    {
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? (assignment[..equals].Trim(), assignment[(equals + 1)..])
            : throw new ExperimentException(
                $"--set {assignment}: write the path of a setting, an equals sign and a value, e.g. --set model.components=4"
            );
    }

    private static string[] Segments(string path) =>
        Index().Replace(path, ".${index}").Split('.', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"\[(?<index>\d+)\]", RegexOptions.None, 1000)]
    private static partial Regex Index();

    private sealed record Override(IReadOnlyList<string> Segments, string Value, string? Variable)
    {
        public string Origin(string path) =>
            Variable is null
                ? $"--set {(path == "…" ? string.Join('.', Segments) : path)}={Value}"
                : $"environment variable {Variable}={Value}";
    }
}
