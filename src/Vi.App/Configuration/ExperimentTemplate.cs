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
        tree["model"]!["type"] ??= model.Type;
        var inference = tree["inference"] as JsonObject ?? [];
        tree["inference"] = inference;
        if (inference["algorithm"] is null)
        {
            inference.Insert(0, "algorithm", model.Algorithms[0].Name);
        }

        var text = new StringBuilder();
        text.Append($"// {model.Description.Title}. Run it: vilab run FILE\n");
        Object(text, tree, schema.Root, "");
        return text.Append('\n').ToString();
    }

    private static void Object(StringBuilder text, JsonObject tree, JsonObject schema, string indent)
    {
        var inner = indent + "  ";
        var chosen = schema.Chosen(tree);
        // Keys of other data sources are shown, those of other models and algorithms are not.
        var others = schema.One().Tag() is null ? schema.Cases().SelectMany(one => one.Keys()) : [];
        var keys = chosen.Keys().Where(key => key.Name != "$schema").ToList();
        var given = keys.FindAll(key => tree[key.Name] is not null);
        text.Append("{\n");
        foreach (var (i, (name, key)) in given.Index())
        {
            var line = key.ContainsKey("const") ? schema.TagLine() : key.Line();
            text.Append($"{inner}// {line}\n{inner}{JsonSerializer.Serialize(name)}: ");
            Value(text, tree[name]!, key, inner);
            text.Append(i == given.Count - 1 ? "\n" : ",\n");
        }

        foreach (var (name, key) in keys.Concat(others).DistinctBy(key => key.Name).Except(given))
        {
            var initial = key["default"] is null or JsonObject ? "" : $" [{key["default"]!.ToJsonString(Compact)}]";
            text.Append($"{inner}// \"{name}\"{initial}: {key.Line()}\n");
        }

        text.Append(indent).Append('}');
    }

    private static void Value(StringBuilder text, JsonNode node, JsonObject schema, string indent)
    {
        if (node is JsonObject tree && schema.HasKeys())
        {
            Object(text, tree, schema, indent);
        }
        else
        {
            text.Append(node.ToJsonString(Compact).Replace(",", ", ", StringComparison.Ordinal));
        }
    }
}
