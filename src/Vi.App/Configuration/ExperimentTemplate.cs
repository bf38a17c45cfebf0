using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vi.App.Models;

namespace Vi.App.Configuration;

/// <summary>Writes a model's example as an experiment file in which every setting is explained.</summary>
public sealed class ExperimentTemplate(ExperimentShape shape)
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
        text.Append("// ").Append(model.Description.Title).Append(". Run it: vilab run FILE\n");
        var known = shape.Root with { Keys = [.. shape.Root.Keys.Where(k => k.Name != "$schema")] };
        Object(text, tree, known, "");
        return text.Append('\n').ToString();
    }

    private static void Object(StringBuilder text, JsonObject tree, ObjectShape shape, string indent)
    {
        var inner = indent + "  ";
        var given = shape.Keys.Where(key => tree[key.Name] is not null).ToList();
        text.Append("{\n");
        foreach (var key in given)
        {
            text.Append(inner).Append("// ").Append(SettingText.Of(key)).Append('\n');
            text.Append(inner).Append(JsonSerializer.Serialize(key.Name)).Append(": ");
            Value(text, tree[key.Name]!, key.Shape, inner);
            text.Append(key == given[^1] ? "\n" : ",\n");
        }

        foreach (var key in shape.Keys.Except(given))
        {
            var initial = key.Default is null or JsonObject ? "" : $" [{key.Default.ToJsonString(Compact)}]";
            text.Append(inner).Append("// \"").Append(key.Name).Append('"').Append(initial).Append(": ");
            text.Append(SettingText.Of(key)).Append('\n');
        }

        text.Append(indent).Append('}');
    }

    private static void Value(StringBuilder text, JsonNode node, Shape shape, string indent)
    {
        var settings = shape switch
        {
            ObjectShape plain => plain,
            OneOrListShape { Item: CasesShape one } when node is JsonObject => Chosen(one, node),
            CasesShape cases => Chosen(cases, node),
            _ => null,
        };
        if (settings is not null && node is JsonObject tree)
        {
            Object(text, tree, settings, indent);
        }
        else
        {
            text.Append(node.ToJsonString(Compact).Replace(",", ", ", StringComparison.Ordinal));
        }
    }

    private static ObjectShape? Chosen(CasesShape cases, JsonNode node)
    {
        var name = node[cases.Tag]?.GetValue<string>();
        var chosen = cases.Cases.FirstOrDefault(c => c.Name == name)?.Settings;
        var names = new ChoiceShape([.. cases.Cases.Select(c => c.Name)]);
        var tag = new KeyShape(cases.Tag, $"name of the {cases.What}", names, true, null);
        return chosen is null ? null : chosen with { Keys = [tag, .. chosen.Keys] };
    }
}
