using System.Text;
using System.Text.Encodings.Web;

namespace Vi.App.Configuration;

/// <summary>Writes a model's example as an experiment file in which every setting is explained.</summary>
internal sealed class ExperimentTemplate(ExperimentSchema schema)
{
    private static readonly JsonSerializerOptions Compact = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The file's text. Settings that the example leaves alone stand in comments with their defaults.</summary>
    public string Write(IModel model, string name)
    {
        var tree = (JsonObject)model.Example.DeepClone();
        tree["name"] ??= name;
        return Write(model, tree, Array.Empty<string>().ToLookup(note => note));
    }

    /// <summary>The text of an experiment with the model; type and algorithm are filled in.</summary>
    /// <param name="notes">Remarks on settings, by their paths.</param>
    public string Write(IModel model, JsonObject given, ILookup<string, string> notes)
    {
        var tree = (JsonObject)given.DeepClone();
        tree["model"]!["type"] ??= model.Type;
        var inference = tree["inference"] as JsonObject ?? [];
        tree["inference"] = inference;
        if (inference["algorithm"] is null)
        {
            inference.Insert(0, "algorithm", model.Algorithms[0].Name);
        }

        var text = new StringBuilder();
        text.Append($"// {model.Description.Title}. Run it: vilab run FILE\n");
        Object(text, tree, schema.Root, new Place("", "", notes));
        return text.Append('\n').ToString();
    }

    /// <summary>Where a value stands.</summary>
    private sealed record Place(string Path, string Indent, ILookup<string, string> Notes)
    {
        public Place Of(string key) =>
            this with
            {
                Path = Path.Length == 0 ? key : $"{Path}.{key}",
                Indent = Indent + "  ",
            };
    }

    private static void Object(StringBuilder text, JsonObject tree, JsonObject schema, Place place)
    {
        var inner = place.Indent + "  ";
        var chosen = schema.Chosen(tree);
        // Keys of other data sources are shown, those of other models and algorithms are not.
        var others = schema.One().Tag() is null ? schema.Cases().SelectMany(one => one.Keys()) : [];
        var keys = chosen.Keys().Where(key => key.Name != "$schema").ToList();
        var given = keys.FindAll(key => tree[key.Name] is not null);
        text.Append("{\n");
        foreach (var (i, (name, key)) in given.Index())
        {
            var line = key.ContainsKey("const") ? schema.TagLine() : key.Line();
            foreach (var note in place.Notes[place.Of(name).Path].Prepend(line))
            {
                text.Append($"{inner}// {note}\n");
            }

            text.Append($"{inner}{JsonSerializer.Serialize(name, Compact)}: ");
            Value(text, tree[name]!, key, place.Of(name));
            text.Append(i == given.Count - 1 ? "\n" : ",\n");
        }

        foreach (var (name, key) in keys.Concat(others).DistinctBy(key => key.Name).Except(given))
        {
            var initial = key["default"] is null or JsonObject ? "" : $" [{key["default"]!.ToJsonString(Compact)}]";
            text.Append($"{inner}// \"{name}\"{initial}: {key.Line()}\n");
        }

        text.Append(place.Indent).Append('}');
    }

    private static void Value(StringBuilder text, JsonNode node, JsonObject schema, Place place)
    {
        if (node is JsonObject tree && schema.HasKeys())
        {
            Object(text, tree, schema, place);
        }
        else
        {
            text.Append(Spaced(node));
        }
    }

    /// <summary>A value on one line, a blank after each comma between entries.</summary>
    private static string Spaced(JsonNode? node) =>
        node switch
        {
            JsonArray list => $"[{string.Join(", ", list.Select(Spaced))}]",
            JsonObject tree =>
                $"{{{string.Join(", ", tree.Select(pair => $"{JsonSerializer.Serialize(pair.Key, Compact)}: {Spaced(pair.Value)}"))}}}",
            _ => node?.ToJsonString(Compact) ?? "null",
        };
}
