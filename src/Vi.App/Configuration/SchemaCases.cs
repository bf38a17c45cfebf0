namespace Vi.App.Configuration;

internal static class SchemaCases
{
    /// <summary>Forms that a tag key names.</summary>
    /// <param name="tag">The key, e.g. <c>type</c>.</param>
    /// <param name="what">What the forms are, e.g. <c>model</c>.</param>
    /// <param name="cases">Name, summary and schema of each form, in the order in which they are listed.</param>
    public static JsonObject Tagged(
        string tag,
        string what,
        IReadOnlyList<(string Name, string Summary, JsonObject Schema)> cases
    )
    {
        foreach (var (name, summary, schema) in cases)
        {
            schema["title"] = name;
            (schema["properties"] ??= new JsonObject())
                .AsObject()
                .Insert(0, tag, new JsonObject { ["const"] = name, ["description"] = summary });
            (schema["required"] ??= new JsonArray()).AsArray().Insert(0, tag);
        }

        return new JsonObject
        {
            ["title"] = what,
            ["type"] = "object",
            ["discriminator"] = new JsonObject { ["propertyName"] = tag },
            ["properties"] = new JsonObject { [tag] = new JsonObject { ["enum"] = List(cases.Select(c => c.Name)) } },
            ["required"] = List([tag]),
            ["oneOf"] = new JsonArray([.. cases.Select(c => c.Schema)]),
        };
    }

    /// <summary>Forms of which each has a key of its own that chooses it.</summary>
    public static JsonObject ByKey(IReadOnlyList<(string Name, JsonObject Schema)> cases)
    {
        foreach (var (name, schema) in cases)
        {
            schema["title"] = name;
        }

        return new JsonObject { ["type"] = "object", ["oneOf"] = new JsonArray([.. cases.Select(c => c.Schema)]) };
    }

    /// <summary>Lets the tag be missing: then something outside the object chooses the form, which a schema cannot follow.</summary>
    public static JsonObject WithoutTag(this JsonObject schema)
    {
        var tag = schema["required"]!;
        var cases = schema["oneOf"]!;
        schema.Remove("required");
        schema.Remove("oneOf");
        schema["if"] = new JsonObject { ["required"] = tag };
        schema["then"] = new JsonObject { ["oneOf"] = cases };
        return schema;
    }

    /// <summary>Refuses keys that other forms have for a reason of its own: null where there is nothing to add.</summary>
    public static JsonObject Reasons(JsonObject schema, Func<string, string, string?> reason)
    {
        var keys = schema.Cases().SelectMany(one => one.Keys()).Select(key => key.Name).Distinct().ToList();
        foreach (var one in schema.Cases())
        {
            foreach (var key in keys.Where(key => one.Key(key) is null))
            {
                if (reason(one.Title(), key) is { } why)
                {
                    one["properties"]![key] = new JsonObject { ["not"] = new JsonObject(), ["description"] = why };
                }
            }
        }

        return schema;
    }

    /// <summary>One value, or a list of at least one such value; from the schema of the list.</summary>
    public static JsonObject OneOrList(JsonNode list)
    {
        list["minItems"] = 1;
        return new JsonObject { ["oneOf"] = new JsonArray(list["items"]!.DeepClone(), list) };
    }

    private static JsonArray List(IEnumerable<string> names) => new([.. names.Select(name => JsonValue.Create(name))]);
}
