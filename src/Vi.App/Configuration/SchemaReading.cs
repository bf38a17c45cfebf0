namespace Vi.App.Configuration;

internal static class SchemaReading
{
    /// <summary>The keys of an object in the order in which they are listed, those left out that it refuses.</summary>
    public static IEnumerable<(string Name, JsonObject Schema)> Keys(this JsonObject schema) =>
        (schema["properties"] as JsonObject ?? [])
            .Select(pair => (pair.Key, (JsonObject)pair.Value!))
            .Where(key => !key.Item2.ContainsKey("not"));

    public static JsonObject? Key(this JsonObject schema, string name) => schema.KeyNamed(name).Schema;

    /// <summary>A key of an object, or of any of its forms, in any spelling.</summary>
    public static (string? Name, JsonObject? Schema) KeyNamed(this JsonObject schema, string name) =>
        schema
            .Keys()
            .Concat(schema.Cases().SelectMany(Keys))
            .FirstOrDefault(key => key.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The forms that a value may take; empty where there is only one.</summary>
    public static IReadOnlyList<JsonObject> Cases(this JsonObject schema) =>
        [.. ((schema["oneOf"] ?? schema["then"]?["oneOf"]) as JsonArray ?? []).Select(one => one!.AsObject())];

    /// <summary>The form with a name; null where there is none.</summary>
    public static JsonObject? Case(this JsonObject schema, string name) =>
        schema.Cases().FirstOrDefault(one => one.Title() == name);

    /// <summary>The key that names the form; null where it is chosen otherwise.</summary>
    public static string? Tag(this JsonObject schema) => schema["discriminator"]?["propertyName"]?.GetValue<string>();

    public static string Title(this JsonObject schema) => schema["title"]?.GetValue<string>() ?? "";

    public static bool Requires(this JsonObject schema, string key) =>
        schema["required"] is JsonArray keys && keys.Any(name => name!.GetValue<string>() == key);

    /// <summary>Kinds of plain values, any of which may be given; empty where there is only one.</summary>
    public static IReadOnlyList<JsonObject> Alternatives(this JsonObject schema) =>
        [.. (schema["anyOf"] as JsonArray ?? []).Select(one => one!.AsObject())];

    public static bool IsList(this JsonObject schema) => schema["items"] is not null;

    /// <summary>Whether one value may be given in place of a list of one.</summary>
    public static bool IsOneOrList(this JsonObject schema) => schema.Cases() is [_, var list] && list.IsList();

    /// <summary>Whether the value, or each of a list, is an object with known keys.</summary>
    public static bool HasKeys(this JsonObject schema) => schema.ContainsKey("properties") || schema.Cases().Count > 0;

    /// <summary>The schema of one value where a list may be given, too.</summary>
    public static JsonObject One(this JsonObject schema) => schema.IsOneOrList() ? schema.Cases()[0] : schema;

    /// <summary>The form that a value has at present; the schema itself where it has only one or none is chosen.</summary>
    public static JsonObject Chosen(this JsonObject schema, JsonNode? value)
    {
        if (schema.IsOneOrList())
        {
            return value is JsonArray ? schema.Cases()[1] : schema.One().Chosen(value);
        }

        var chosen = (value as JsonObject, schema.Tag()) switch
        {
            (null, _) => null,
            ({ } given, { } tag) => given[tag] is JsonValue named && named.TryGetValue<string>(out var name)
                ? schema.Case(name)
                : null,
            ({ } given, null) => schema.Cases().Where(one => given[one.Title()] is not null).ToList() is [var only]
                ? only
                : null,
        };
        return chosen ?? schema;
    }

    /// <summary>What a setting means, and in brackets what is allowed and its unit.</summary>
    public static string Line(this JsonObject key)
    {
        var unit = key["x-unit"] is { } name ? $", in {name}" : "";
        return key.HasKeys() ? key.Meaning() : $"{key.Meaning()} ({key.Allowed()}{unit})";
    }

    public static string TagLine(this JsonObject schema) =>
        $"name of the {schema.One().Title()} ({schema.One().Key(schema.One().Tag()!)!.Allowed()})";

    /// <summary>What a setting means, without its unit.</summary>
    public static string Meaning(this JsonObject key) =>
        key["description"]!.GetValue<string>().Replace($" ({key["x-unit"]})", "", StringComparison.Ordinal);

    /// <summary>What is allowed, to follow "allowed is", e.g. <c>a whole number of at least 1</c>.</summary>
    public static string Allowed(this JsonObject schema)
    {
        if (schema.IsOneOrList())
        {
            return $"{schema.Cases()[0].Allowed()}, or a list of such";
        }

        if (schema.Alternatives() is { Count: > 0 } either)
        {
            return string.Join(", or ", either.Select(Allowed));
        }

        if (schema.Tag() is { } tag)
        {
            return $"an object whose \"{tag}\" names {(schema.Title()[0] is 'a' ? "an" : "a")} {schema.Title()}";
        }

        if (schema["enum"] is JsonArray names)
        {
            return $"one of {string.Join(", ", names.Select(name => name!.ToJsonString()))}";
        }

        return schema["type"] switch
        {
            JsonArray => "a number or a nested list of numbers",
            var type => type!.GetValue<string>() switch
            {
                "integer" => Number(schema, "a whole number"),
                "number" => Number(schema, "a number"),
                "boolean" => "true or false",
                "string" => "a text",
                "array" => List(schema),
                _ when schema["additionalProperties"] is JsonObject any => $"an object, each value {any.Allowed()}",
                _ => "an object with the keys "
                    + string.Join(", ", schema.Cases().Prepend(schema).SelectMany(Keys).Select(k => k.Name).Distinct()),
            },
        };
    }

    private static string List(JsonObject schema)
    {
        var (kind, item) = ("a list", (JsonObject)schema["items"]!);
        while (item.IsList())
        {
            (kind, item) = (kind + " of lists", (JsonObject)item["items"]!);
        }

        return $"{kind}, each entry {item.Allowed()}";
    }

    private static string Number(JsonObject schema, string kind)
    {
        (string Keyword, string Words)[] keywords =
        [
            ("minimum", "of at least"),
            ("exclusiveMinimum", "greater than"),
            ("maximum", "of at most"),
        ];
        // The greatest 32-bit number is a matter of storage, not of the setting.
        var bounds = keywords
            .Select(one => (one.Words, Bound: schema[one.Keyword]?.GetValue<double>()))
            .Where(one => one.Bound is not null and not (double)int.MaxValue)
            .Select(one => $"{one.Words} {one.Bound:R}")
            .ToList();
        return bounds.Count == 0 ? kind : $"{kind} {string.Join(" and ", bounds)}";
    }
}
