using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vi.App.Configuration;

/// <summary>
/// Checks a JSON tree against a shape, collects every problem, and gives back the tree as the program reads it: keys in the shape's
/// order, defaults filled in, whole numbers as such.
/// </summary>
public sealed class ShapeValidator
{
    private static readonly JsonSerializerOptions Shown = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private readonly List<Problem> problems = [];

    /// <summary>Problems found so far, in the order of the shape's keys.</summary>
    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>Checks one value; the answer is only worth reading where no problem was found.</summary>
    public JsonNode? Check(Shape shape, JsonNode? node, string path) =>
        shape switch
        {
            NumberShape number => CheckNumber(number, node, path),
            TextShape => Expect(shape, node, path, JsonValueKind.String),
            BooleanShape => Expect(shape, node, path, JsonValueKind.True, JsonValueKind.False),
            ChoiceShape choice => CheckChoice(choice, node, path),
            ListShape list => CheckList(list, node, path),
            ObjectShape settings => CheckObject(settings, settings, node, path),
            CasesShape cases => CheckCases(cases, node, path),
            OneOrListShape one => CheckOneOrList(one, node, path),
            NumbersByNameShape => CheckNumbersByName(shape, node, path),
            _ => throw new InvalidOperationException($"No check for {shape.GetType().Name}."),
        };

    private JsonNode? Expect(Shape shape, JsonNode? node, string path, params JsonValueKind[] kinds)
    {
        if (!kinds.Contains(node?.GetValueKind() ?? JsonValueKind.Null))
        {
            WrongType(shape, node, path);
        }

        return node?.DeepClone();
    }

    private void WrongType(Shape shape, JsonNode? node, string path) =>
        problems.Add(new Problem(path, $"{Show(node)} is {Kind(node)}; allowed is {shape.Allowed}"));

    private JsonNode? CheckNumber(NumberShape shape, JsonNode? node, string path)
    {
        if (node is null || node.GetValueKind() != JsonValueKind.Number)
        {
            WrongType(shape, node, path);
            return null;
        }

        var value = Number(node);
        if (!double.IsFinite(value) || (shape.IsWhole && value != System.Math.Floor(value)) || !shape.Contains(value))
        {
            problems.Add(new Problem(path, $"{Show(node)} is not allowed; allowed is {shape.Allowed}"));
        }
        else if (shape.IsWhole && node.AsValue().TryGetValue<double>(out _))
        {
            // 1e3 and 3.0 are whole numbers to JSON Schema, yet not to the reader of an int property.
            return System.Math.Abs(value) <= 1L << 53 ? JsonValue.Create((long)value) : node.DeepClone();
        }

        return node.DeepClone();
    }

    private static double Number(JsonNode node)
    {
        var value = node.AsValue();
        // A number of a file converts to any type; a default, which is made here, to its own only.
        return value.TryGetValue<long>(out var signed) ? signed
            : value.TryGetValue<int>(out var small) ? small
            : value.TryGetValue<ulong>(out var unsigned) ? unsigned
            : value.GetValue<double>();
    }

    private JsonNode? CheckChoice(ChoiceShape shape, JsonNode? node, string path)
    {
        if (node is null || node.GetValueKind() != JsonValueKind.String)
        {
            WrongType(shape, node, path);
        }
        else if (!shape.Names.Contains(node.GetValue<string>(), StringComparer.Ordinal))
        {
            problems.Add(
                new Problem(
                    path,
                    $"{Show(node)} is not allowed{NearestName.Hint(node.GetValue<string>(), shape.Names)}"
                )
            );
        }

        return node?.DeepClone();
    }

    private JsonArray? CheckList(ListShape shape, JsonNode? node, string path)
    {
        if (node is not JsonArray array)
        {
            WrongType(shape, node, path);
            return null;
        }

        return new JsonArray([.. array.Select((item, i) => Check(shape.Item, item, $"{path}[{i}]"))]);
    }

    private JsonNode? CheckOneOrList(OneOrListShape shape, JsonNode? node, string path)
    {
        if (node is not JsonArray array)
        {
            return Check(shape.Item, node, path);
        }

        if (array.Count == 0)
        {
            problems.Add(new Problem(path, $"an empty list; allowed is {shape.Allowed}"));
            return null;
        }

        var items = array.Select((item, i) => Check(shape.Item, item, $"{path}[{i}]")).ToList();
        return items.Count == 1 ? items[0] : new JsonArray([.. items]);
    }

    private JsonObject? CheckNumbersByName(Shape shape, JsonNode? node, string path)
    {
        if (node is not JsonObject values)
        {
            WrongType(shape, node, path);
            return null;
        }

        foreach (var (key, value) in values)
        {
            CheckNumbers(shape, value, JsonText.Join(path, key));
        }

        return (JsonObject)values.DeepClone();
    }

    private void CheckNumbers(Shape shape, JsonNode? node, string path)
    {
        if (node is JsonArray array)
        {
            for (var i = 0; i < array.Count; i++)
            {
                CheckNumbers(shape, array[i], $"{path}[{i}]");
            }
        }
        else if (node is null || node.GetValueKind() != JsonValueKind.Number)
        {
            problems.Add(
                new Problem(path, $"{Show(node)} is {Kind(node)}; allowed is a number or a nested list of numbers")
            );
        }
    }

    private JsonObject? CheckCases(CasesShape shape, JsonNode? node, string path)
    {
        if (node is not JsonObject given)
        {
            WrongType(shape, node, path);
            return null;
        }

        var names = shape.Cases.Select(c => c.Name).ToList();
        var tagPath = JsonText.Join(path, shape.Tag);
        if (given[shape.Tag] is null && shape.HasDefault)
        {
            return (JsonObject)given.DeepClone();
        }

        if (given[shape.Tag] is not JsonValue tag)
        {
            problems.Add(
                new Problem(
                    tagPath,
                    $"missing; the name of a {shape.What} is needed, one of {string.Join(", ", names)}"
                )
            );
            return null;
        }

        if (tag.GetValueKind() != JsonValueKind.String)
        {
            problems.Add(
                new Problem(
                    tagPath,
                    $"{Show(tag)} is {Kind(tag)}; allowed is the name of a {shape.What}: {string.Join(", ", names)}"
                )
            );
            return null;
        }

        var name = tag.GetValue<string>();
        var chosen = shape.Cases.FirstOrDefault(c => c.Name == name);
        if (chosen is null)
        {
            problems.Add(new Problem(tagPath, $"{Show(tag)} is no known {shape.What}{NearestName.Hint(name, names)}"));
            return null;
        }

        var tagKey = new KeyShape(shape.Tag, $"name of the {shape.What}", new ChoiceShape([name]), true, null);
        var own = chosen.Settings with { Keys = [tagKey, .. chosen.Settings.Keys] };
        return CheckObject(own, shape, node, path, key => Foreign(shape, chosen, key, given[key]));
    }

    /// <summary>What to say of a key that other cases have; null where none has it.</summary>
    private static string? Foreign(CasesShape shape, CaseShape chosen, string key, JsonNode? value)
    {
        var others = shape.Cases.Where(c => c.Settings.Keys.Any(k => k.Name == key)).Select(c => c.Name).ToList();
        return others.Count == 0 ? null
            : chosen.WhyWithout(key) is { } reason ? $"{Show(value)}: {reason}"
            : $"{chosen.Name} has no setting \"{key}\" ({string.Join(", ", others)} {(others.Count == 1 ? "has" : "have")} it); "
                + $"remove this key, or choose another {shape.What}. Settings of {chosen.Name}: {string.Join(", ", chosen.Settings.Keys.Select(k => k.Name))}";
    }

    private JsonObject? CheckObject(
        ObjectShape shape,
        Shape shown,
        JsonNode? node,
        string path,
        Func<string, string?>? foreign = null
    )
    {
        if (node is not JsonObject given)
        {
            WrongType(shown, node, path);
            return null;
        }

        var names = shape.Keys.Select(k => k.Name).ToList();
        foreach (var (key, _) in given.Where(pair => !names.Contains(pair.Key, StringComparer.Ordinal)))
        {
            var message = foreign?.Invoke(key) ?? $"unknown key \"{key}\"{NearestName.Hint(key, names)}";
            problems.Add(new Problem(JsonText.Join(path, key), message));
        }

        var present = shape.ExactlyOneOf.Where(key => given[key] is not null).ToList();
        if (shape.ExactlyOneOf.Count > 0 && present.Count != 1)
        {
            var found = present.Count == 0 ? "none is there" : string.Join(" and ", present) + " are there";
            problems.Add(
                new Problem(path, $"exactly one of {string.Join(", ", shape.ExactlyOneOf)} is needed; {found}")
            );
        }

        var result = new JsonObject();
        foreach (var key in shape.Keys)
        {
            if (CheckKey(key, given, JsonText.Join(path, key.Name)) is { } value)
            {
                result.Add(key.Name, value);
            }
        }

        return result;
    }

    private JsonNode? CheckKey(KeyShape key, JsonObject given, string path)
    {
        if (given[key.Name] is { } value)
        {
            return Check(key.Shape, value, path);
        }

        if (key.Required)
        {
            problems.Add(new Problem(path, $"missing; needed is {key.Shape.Allowed} ({key.Description})"));
        }

        return key.Default?.DeepClone();
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
        (node?.GetValueKind() ?? JsonValueKind.Null) switch
        {
            JsonValueKind.String => "a text",
            JsonValueKind.Number => "a number",
            JsonValueKind.True or JsonValueKind.False => "true or false",
            JsonValueKind.Array => "a list",
            JsonValueKind.Object => "an object",
            _ => "nothing",
        };
}
