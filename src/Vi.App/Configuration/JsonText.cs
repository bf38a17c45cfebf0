using System.Text;

namespace Vi.App.Configuration;

/// <summary>
/// JSON with comments and trailing commas, read into a tree that remembers on which line each value stands and which keys were written
/// twice.
/// </summary>
internal sealed class JsonText
{
    private readonly Dictionary<string, int> lines = new(StringComparer.Ordinal);
    private readonly List<Problem> duplicates = [];
    private readonly List<Problem> excesses = [];
    private readonly byte[] bytes;
    private int line = 1;
    private int counted;

    private JsonText(string text) => bytes = Encoding.UTF8.GetBytes(text);

    /// <summary>The value; null stands for JSON's null.</summary>
    public JsonNode? Root { get; private set; }

    /// <summary>Keys that were written twice.</summary>
    public IReadOnlyList<Problem> Duplicates => duplicates;

    /// <summary>Numbers beyond the largest double, which are infinite in the tree.</summary>
    public IReadOnlyList<Problem> Excesses => excesses;

    /// <summary>The line, from 1, on which the value at a path starts; null where the text has no such path.</summary>
    public int? LineOf(string path) => lines.TryGetValue(path, out var line) ? line : null;

    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>Reads a text. Raises <see cref="ExperimentException"/> with line and column where it is no JSON.</summary>
    public static JsonText Parse(string text)
    {
        var parsed = new JsonText(text);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new ExperimentException("the file is empty; a JSON object is needed");
        }

        var options = new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
        var reader = new Utf8JsonReader(parsed.bytes, options);
        try
        {
            reader.Read();
            parsed.Root = parsed.Value(ref reader, "");
            if (reader.Read())
            {
                throw new ExperimentException("there is text after the end of the JSON object");
            }
        }
        catch (JsonException error)
        {
            throw new ExperimentException(Explain(error));
        }

        return parsed;
    }

    /// <summary>The value of a text that is JSON; otherwise the text itself.</summary>
    public static JsonNode? Value(string text)
    {
        try
        {
            var parsed = Parse(text);
            return parsed.Excesses.Count == 0 ? parsed.Root : JsonValue.Create(text);
        }
        catch (ExperimentException)
        {
            return JsonValue.Create(text);
        }
    }

    private static string Explain(JsonException error)
    {
        var what = error.Message.Split(" LineNumber:")[0].TrimEnd('.');
        return $"line {(error.LineNumber ?? 0) + 1}, column {(error.BytePositionInLine ?? 0) + 1}: not valid JSON: {what}";
    }

    private JsonNode? Value(ref Utf8JsonReader reader, string path)
    {
        lines.TryAdd(path, LineAt(reader.TokenStartIndex));
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => Object(ref reader, path),
            JsonTokenType.StartArray => Array(ref reader, path),
            JsonTokenType.String => JsonValue.Create(Text(ref reader)),
            JsonTokenType.True => JsonValue.Create(true),
            JsonTokenType.False => JsonValue.Create(false),
            JsonTokenType.Number when reader.TryGetInt64(out var signed) => JsonValue.Create(signed),
            JsonTokenType.Number when reader.TryGetUInt64(out var unsigned) => JsonValue.Create(unsigned),
            JsonTokenType.Number => JsonValue.Create(Number(ref reader, path)),
            _ => null,
        };
    }

    private JsonObject Object(ref Utf8JsonReader reader, string path)
    {
        var result = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = Text(ref reader);
            var keyLine = LineAt(reader.TokenStartIndex);
            var keyPath = Join(path, key);
            reader.Read();
            var first = lines.GetValueOrDefault(keyPath);
            if (!result.TryAdd(key, Value(ref reader, keyPath)))
            {
                duplicates.Add(
                    new Problem(keyPath, $"the key \"{key}\" stands twice, on lines {first} and {keyLine}; keep one")
                );
            }
        }

        return result;
    }

    private JsonArray Array(ref Utf8JsonReader reader, string path)
    {
        var result = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            result.Add(Value(ref reader, $"{path}[{result.Count}]"));
        }

        return result;
    }

    private string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new ExperimentException(
                $"line {LineAt(reader.TokenStartIndex)}: a text holds half of a surrogate pair (an escape such as \\ud83d alone), which is no character"
            );
        }
    }

    private double Number(ref Utf8JsonReader reader, string path)
    {
        var value = reader.GetDouble();
        if (!double.IsFinite(value))
        {
            excesses.Add(new Problem(path, "a number beyond 1.8e308 is not allowed"));
        }

        return value;
    }

    /// <summary>The line at an offset, which must not lie before that of the last call.</summary>
    private int LineAt(long offset)
    {
        line += bytes.AsSpan(counted..(int)offset).Count((byte)'\n');
        counted = (int)offset;
        return line;
    }
}
