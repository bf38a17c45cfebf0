using System.Globalization;
using System.Text.Json.Nodes;

namespace Vi.App.Configuration;

/// <summary>Walks down a tree along the segments of an override, guided by the shape, and writes the value at the end.</summary>
internal sealed class OverridePath(Shape root)
{
    /// <summary>
    /// Writes the value and answers with the JSON path in the file's own spelling. Raises <see cref="ExperimentException"/> where the path
    /// leads through a value that has no entries, or beyond a list's end.
    /// </summary>
    public string Write(JsonObject tree, IReadOnlyList<string> segments, JsonNode? value, string origin)
    {
        JsonNode node = tree;
        Shape? shape = root;
        var path = "";
        for (var i = 0; i < segments.Count; i++)
        {
            var last = i == segments.Count - 1;
            shape = Resolve(shape, node);
            switch (node)
            {
                case JsonObject settings:
                {
                    var name = Spelling(settings, shape, segments[i]);
                    var key = shape is ObjectShape known ? ExperimentShape.Key(known, name)?.Shape : null;
                    path = JsonText.Join(path, name);
                    if (last)
                    {
                        settings[name] = value;
                        return path;
                    }

                    shape = key;
                    node = settings[name] ?? (settings[name] = Empty(key));
                    break;
                }

                case JsonArray list
                    when int.TryParse(segments[i], NumberStyles.None, null, out var index) && index <= list.Count:
                {
                    path = $"{path}[{index}]";
                    shape = (shape as ListShape)?.Item ?? (shape as OneOrListShape)?.Item;
                    if (index == list.Count)
                    {
                        list.Add(last ? null : Empty(shape));
                    }

                    if (last)
                    {
                        list[index] = value;
                        return path;
                    }

                    node = list[index] ?? (list[index] = Empty(shape))!;
                    break;
                }

                case JsonArray list:
                    throw new ExperimentException(
                        path,
                        $"there is no entry \"{segments[i]}\" in a list of {list.Count}; indices count from 0 (from {origin})"
                    );
                default:
                    throw new ExperimentException(
                        path,
                        $"{ShapeValidator.Show(node)} has no \"{segments[i]}\" below it (from {origin})"
                    );
            }
        }

        throw new ExperimentException($"{origin}: the path of a setting is missing");
    }

    private static JsonNode Empty(Shape? shape) => shape is ListShape ? new JsonArray() : new JsonObject();

    /// <summary>The shape that a node has at present: the case that its tag names, the entry of a list of one.</summary>
    private static Shape? Resolve(Shape? shape, JsonNode node)
    {
        if (shape is OneOrListShape one && node is JsonObject)
        {
            return one.Item;
        }

        if (shape is not CasesShape cases || node is not JsonObject settings)
        {
            return shape;
        }

        var tag = settings[cases.Tag] is JsonValue value && value.TryGetValue<string>(out var name) ? name : "";
        var chosen = cases.Cases.FirstOrDefault(c => c.Name == tag)?.Settings ?? new ObjectShape([], []);
        return chosen with { Keys = [new KeyShape(cases.Tag, "", new TextShape(), true, null), .. chosen.Keys] };
    }

    private static string Spelling(JsonObject settings, Shape? shape, string written) =>
        settings.Select(pair => pair.Key).FirstOrDefault(key => key == written)
        ?? settings
            .Select(pair => pair.Key)
            .FirstOrDefault(key => key.Equals(written, StringComparison.OrdinalIgnoreCase))
        ?? (shape is ObjectShape known ? ExperimentShape.Key(known, written)?.Name : null)
        ?? written;
}
