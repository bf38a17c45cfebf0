namespace Vi.Results;

/// <summary>Numbers that JSON has no token for, by name.</summary>
public static class NonFiniteJson
{
    /// <summary>Writes a number, or its name where it is not finite.</summary>
    public static void Write(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(NameOf(value));
        }
    }

    /// <summary>The number that a name stands for; null where the text is no such name.</summary>
    public static double? Parse(string? name) =>
        name switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => null,
        };

    /// <summary>Reads a number, or the name of one that is not finite; null is not-a-number. False where the node is neither.</summary>
    public static bool TryRead(JsonNode? node, out double number)
    {
        number = double.NaN;
        if (node is null)
        {
            return true;
        }

        if (node is not JsonValue value)
        {
            return false;
        }

        double? read = value.GetValueKind() switch
        {
            JsonValueKind.Number => value.TryGetValue(out number) ? number : double.Parse(value.ToJsonString()),
            JsonValueKind.String => Parse(value.GetValue<string>()),
            _ => null,
        };
        number = read ?? double.NaN;
        return read is not null;
    }

    private static string NameOf(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }

        return value > 0 ? "Infinity" : "-Infinity";
    }
}

/// <summary>Doubles as numbers, as names, or as null for not-a-number.</summary>
internal sealed class AnyDoubleConverter : JsonConverter<double>
{
    public override bool HandleNull => true;

    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Number => reader.GetDouble(),
            JsonTokenType.Null => double.NaN,
            JsonTokenType.String when NonFiniteJson.Parse(reader.GetString()) is { } value => value,
            _ => throw new JsonException("A number was expected, or \"NaN\", \"Infinity\", \"-Infinity\" or null."),
        };

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
        NonFiniteJson.Write(writer, value);
}

/// <summary>Free JSON (parameters, diagnostics, posterior shapes) in which numbers may be not finite.</summary>
internal sealed class AnyJsonNodeConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeof(JsonNode).IsAssignableFrom(typeToConvert);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(NodeConverter<>).MakeGenericType(typeToConvert))!;

    private sealed class NodeConverter<T> : JsonConverter<T>
        where T : JsonNode
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonNode.Parse(ref reader) as T
            ?? throw new JsonException($"A JSON {typeof(T).Name[4..].ToUpperInvariant()} was expected.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            WriteNode(writer, value);

        private static void WriteNode(Utf8JsonWriter writer, JsonNode? node)
        {
            switch (node)
            {
                case null:
                    writer.WriteNullValue();
                    break;
                case JsonObject properties:
                    writer.WriteStartObject();
                    foreach (var (name, value) in properties)
                    {
                        writer.WritePropertyName(name);
                        WriteNode(writer, value);
                    }

                    writer.WriteEndObject();
                    break;
                case JsonArray items:
                    writer.WriteStartArray();
                    foreach (var item in items)
                    {
                        WriteNode(writer, item);
                    }

                    writer.WriteEndArray();
                    break;
                case JsonValue leaf when leaf.TryGetValue<double>(out var number) && !double.IsFinite(number):
                    NonFiniteJson.Write(writer, number);
                    break;
                default:
                    node.WriteTo(writer);
                    break;
            }
        }
    }
}
