namespace Vi.Results;

/// <summary>Doubles as numbers, by name where they are not finite, or as null for not-a-number.</summary>
internal sealed class AnyDoubleConverter : JsonConverter<double>
{
    private static readonly JsonSerializerOptions Named = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public override bool HandleNull => true;

    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? double.NaN : JsonSerializer.Deserialize<double>(ref reader, Named);

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, Named);
}
