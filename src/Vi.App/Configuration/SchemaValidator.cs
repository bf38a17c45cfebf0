using System.Text.Encodings.Web;

namespace Vi.App.Configuration;

/// <summary>
/// Checks a JSON tree against a schema, collects every problem, and gives back the tree as the program reads it: keys in the schema's
/// order, defaults filled in, whole numbers as such.
/// </summary>
internal sealed class SchemaValidator
{
    private static readonly JsonSerializerOptions Shown = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What values of JSON Schema's types are called.</summary>
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["string"] = "a text",
        ["number"] = "a number",
        ["integer"] = "a number",
        ["boolean"] = "true or false",
        ["array"] = "a list",
        ["object"] = "an object",
    };

    private readonly List<Problem> problems = [];

    /// <summary>Problems found so far, in the order of the schema's keys.</summary>
    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>Checks one value; the answer is only worth reading where no problem was found.</summary>
    public JsonNode? Check(JsonObject schema, JsonNode? node, string path) =>
        node switch
        {
            JsonArray { Count: 0 } when schema.IsOneOrList() => Refuse(
                path,
                $"an empty list; allowed is {schema.Allowed()}"
            ),
            _ when schema.Alternatives() is { Count: > 0 } either
                    && either.FirstOrDefault(one => Takes(one, node)) is { } one => Check(one, node, path),
            _ when !Takes(schema, node) => Refuse(path, $"{Show(node)} is {Kind(node)}; allowed is {schema.Allowed()}"),
            JsonArray list => CheckList(schema, list, path),
            JsonObject given => CheckObject(schema, given, path),
            JsonValue when schema["enum"] is JsonArray names => CheckChoice(names, node, path),
            JsonValue value when value.GetValueKind() == JsonValueKind.Number => CheckNumber(schema, value, path),
            _ => node?.DeepClone(),
        };

    private JsonNode? Refuse(string path, string message)
    {
        problems.Add(new Problem(path, message));
        return null;
    }

    private static bool Takes(JsonObject schema, JsonNode? node) =>
        schema.IsOneOrList()
            ? schema.Cases().Any(one => Takes(one, node))
            : schema.Alternatives().Count == 0
                && (schema["type"] as JsonArray ?? [schema["type"]?.DeepClone() ?? "string"]).Any(type =>
                    Kinds.GetValueOrDefault(type!.GetValue<string>()) == Kind(node)
                );

    private JsonNode? CheckNumber(JsonObject schema, JsonValue node, string path)
    {
        var isReal = node.TryGetValue<double>(out var value);
        if (!isReal)
        {
            value = double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);
        }

        // 1e3 and 3.0 are whole numbers to JSON Schema, yet not to the reader of an int property.
        var isWhole = isReal && schema["type"]!.ToString() == "integer";
        var fits = isWhole ? value == Floor(value) && Abs(value) <= 1L << 53 : double.IsFinite(value);
        var isWithin =
            !(value < schema["minimum"]?.GetValue<double>())
            && !(value <= schema["exclusiveMinimum"]?.GetValue<double>())
            && !(value > schema["maximum"]?.GetValue<double>());
        return !fits || !isWithin ? Refuse(path, $"{Show(node)} is not allowed; allowed is {schema.Allowed()}")
            : isWhole ? JsonValue.Create((long)value)
            : node.DeepClone();
    }

    private JsonNode? CheckChoice(JsonArray allowed, JsonNode node, string path)
    {
        static string Text(JsonNode? one) =>
            one!.GetValueKind() == JsonValueKind.String ? one.GetValue<string>() : one.ToJsonString();
        var names = allowed.Select(Text).ToList();
        var name = Text(node);
        return names.Contains(name)
            ? node.DeepClone()
            : Refuse(path, $"{Show(node)} is not allowed{NearestName.Hint(name, names)}");
    }

    private JsonNode? CheckList(JsonObject schema, JsonArray list, string path)
    {
        // Entries of a nested list of numbers are of the list's own kind.
        var item = schema.Chosen(list)["items"] as JsonObject ?? schema;
        var items = list.Select((entry, i) => Check(item, entry, $"{path}[{i}]")).ToList();
        return schema.IsOneOrList() && items.Count == 1 ? items[0] : new JsonArray([.. items]);
    }

    private JsonNode? CheckObject(JsonObject schema, JsonObject given, string path)
    {
        if (schema.IsOneOrList())
        {
            return CheckObject(schema.Cases()[0], given, path);
        }

        if (schema["additionalProperties"] is JsonObject any)
        {
            return new JsonObject(
                given.Select(pair =>
                    KeyValuePair.Create(pair.Key, Check(any, pair.Value, JsonText.Join(path, pair.Key)))
                )
            );
        }

        var chosen = schema.Chosen(given);
        if (chosen.Cases().Count > 0)
        {
            return CheckUnchosen(schema, given, path);
        }

        var keys = chosen.Keys().ToList();
        foreach (var (key, value) in given.Where(pair => keys.TrueForAll(key => key.Name != pair.Key)))
        {
            if (Unknown(schema, chosen, key, value) is { } message)
            {
                Refuse(JsonText.Join(path, key), message);
            }
        }

        var result = new JsonObject();
        foreach (var (name, key) in keys)
        {
            var keyPath = JsonText.Join(path, name);
            var value = given[name] is { } own ? Check(key, own, keyPath) : key["default"]?.DeepClone();
            if (value is not null)
            {
                result.Add(name, value);
            }
            else if (given[name] is null && chosen.Requires(name))
            {
                Refuse(keyPath, $"missing; needed is {key.Allowed()} ({key.Meaning()})");
            }
        }

        return result;
    }

    /// <summary>Says why none of several forms is chosen; nothing is wrong where the schema lets the choice be missing.</summary>
    private JsonNode? CheckUnchosen(JsonObject schema, JsonObject given, string path)
    {
        var names = schema.Cases().Select(one => one.Title()).ToList();
        var known = string.Join(", ", names);
        if (schema.Tag() is not { } tag)
        {
            var present = string.Join(" and ", names.Where(name => given[name] is not null));
            var found = present.Length == 0 ? "none is there" : $"{present} are there";
            return Refuse(path, $"exactly one of {known} is needed; {found}");
        }

        if (given[tag] is null && !schema.Requires(tag))
        {
            return given.DeepClone();
        }

        var what = schema.Title();
        var message = given[tag] switch
        {
            null => $"missing; the name of a {what} is needed, one of {known}",
            JsonValue value when value.TryGetValue<string>(out var name) =>
                $"{Show(value)} is no known {what}{NearestName.Hint(name, names)}",
            var other => $"{Show(other)} is {Kind(other)}; allowed is the name of a {what}: {known}",
        };
        return Refuse(JsonText.Join(path, tag), message);
    }

    /// <summary>What is wrong with a key that an object does not have; null for another data source's default, which old results store.</summary>
    private static string? Unknown(JsonObject schema, JsonObject chosen, string key, JsonNode? value)
    {
        var own = chosen.Keys().Select(k => k.Name).ToList();
        var name = chosen.Title();
        var others = schema.Cases().Where(one => one.Keys().Any(k => k.Name == key)).ToList();
        if (others.Count == 0)
        {
            return $"unknown key \"{key}\"{NearestName.Hint(key, own)}";
        }

        if (schema.Tag() is not { } tag)
        {
            var isDefault = JsonNode.DeepEquals(value, others[0].Key(key)!["default"]);
            return isDefault ? null : $"{name} data take no such key; remove it";
        }

        return chosen["properties"]![key]?["description"] is { } reason
            ? $"{Show(value)}: {reason}"
            : $"{name} has no setting \"{key}\" ({string.Join(", ", others.Select(one => one.Title()))} {(others.Count == 1 ? "has" : "have")} it); "
                + $"remove this key, or choose another {schema.Title()}. Settings of {name}: {string.Join(", ", own.Where(k => k != tag))}";
    }

    /// <summary>A value as the file would show it, cut short where it is long.</summary>
    internal static string Show(JsonNode? node)
    {
        var number = node is JsonValue value && value.TryGetValue<double>(out var d) && !double.IsFinite(d);
        var text =
            node is null ? "null"
            : number ? "a number beyond 1.8e308"
            : node.ToJsonString(Shown);
        return text.Length <= 60 ? text : text[..57] + "...";
    }

    private static string Kind(JsonNode? node) =>
        node?.GetValueKind() switch
        {
            null or JsonValueKind.Null => "nothing",
            JsonValueKind.True or JsonValueKind.False => Kinds["boolean"],
            var kind => Kinds[$"{kind}".ToLowerInvariant()],
        };
}
