using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vi.App.Configuration;

/// <summary>Writes a shape as a JSON Schema (draft 2020-12), for editors that complete and check experiment files.</summary>
public static class JsonSchemaWriter
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema of experiment files as text that ends with a line feed.</summary>
    public static string Write(ExperimentShape shape)
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "vilab experiment",
            ["description"] = "One run of vilab. Made by: vilab describe --schema",
        };
        foreach (var (key, value) in Schema(shape.Root).ToList())
        {
            schema[key] = value?.DeepClone();
        }

        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Schema(Shape shape) =>
        shape switch
        {
            NumberShape number => Number(number),
            TextShape => new JsonObject { ["type"] = "string" },
            BooleanShape => new JsonObject { ["type"] = "boolean" },
            ChoiceShape choice => new JsonObject { ["enum"] = Names(choice.Names) },
            ListShape list => new JsonObject { ["type"] = "array", ["items"] = Schema(list.Item) },
            ObjectShape settings => Object(settings, null, null),
            CasesShape cases => Cases(cases),
            OneOrListShape one => new JsonObject
            {
                ["oneOf"] = new JsonArray(
                    Schema(one.Item),
                    new JsonObject
                    {
                        ["type"] = "array",
                        ["items"] = Schema(one.Item),
                        ["minItems"] = 1,
                    }
                ),
            },
            NumbersByNameShape => new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("number", "array") },
            },
            _ => throw new InvalidOperationException($"No schema for {shape.GetType().Name}."),
        };

    private static JsonObject Number(NumberShape number)
    {
        var result = new JsonObject { ["type"] = number.IsWhole ? "integer" : "number" };
        if (!double.IsNaN(number.Minimum))
        {
            result["minimum"] = number.Minimum;
        }

        if (!double.IsNaN(number.ExclusiveMinimum))
        {
            result["exclusiveMinimum"] = number.ExclusiveMinimum;
        }

        if (!double.IsNaN(number.Maximum))
        {
            result["maximum"] = number.Maximum;
        }

        return result;
    }

    private static JsonObject Cases(CasesShape cases)
    {
        var result = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                [cases.Tag] = new JsonObject { ["enum"] = Names([.. cases.Cases.Select(c => c.Name)]) },
            },
        };
        if (cases.HasDefault)
        {
            // Without the tag the model decides which keys there are, which a schema cannot follow.
            result["if"] = new JsonObject { ["required"] = new JsonArray(cases.Tag) };
            result["then"] = new JsonObject { ["oneOf"] = OneOf(cases) };
        }
        else
        {
            result["required"] = new JsonArray(cases.Tag);
            result["oneOf"] = OneOf(cases);
        }

        return result;
    }

    private static JsonArray OneOf(CasesShape cases) =>
        new([.. cases.Cases.Select(c => Object(c.Settings, cases.Tag, c))]);

    private static JsonObject Object(ObjectShape shape, string? tag, CaseShape? tagged)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        if (tag is not null && tagged is not null)
        {
            properties[tag] = new JsonObject { ["const"] = tagged.Name, ["description"] = tagged.Summary };
            required.Add((JsonNode)tag);
        }

        foreach (var key in shape.Keys)
        {
            var property = Schema(key.Shape);
            property["description"] = Described(key);
            if (key.Default is not null && key.Shape is not (ObjectShape or OneOrListShape))
            {
                property["default"] = key.Default.DeepClone();
            }

            properties[key.Name] = property;
            if (key.Required)
            {
                required.Add((JsonNode)key.Name);
            }
        }

        var result = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
        {
            result["required"] = required;
        }

        if (shape.ExactlyOneOf.Count > 0)
        {
            var one = shape.ExactlyOneOf.Select(key => new JsonObject { ["required"] = new JsonArray(key) });
            result["oneOf"] = new JsonArray([.. one]);
        }

        result["additionalProperties"] = false;
        return result;
    }

    private static string Described(KeyShape key) =>
        key.Shape is NumberShape { Unit: { } unit } ? $"{key.Description} ({unit})" : key.Description;

    private static JsonArray Names(IReadOnlyList<string> names) =>
        new([.. names.Select(name => JsonValue.Create(name))]);
}
