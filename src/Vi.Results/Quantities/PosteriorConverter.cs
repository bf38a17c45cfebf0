namespace Vi.Results;

/// <summary>
/// A posterior as <c>{name: {mean, sd, q05, q50, q95, ...}}</c>, each a number or arrays nested as the quantity's shape. What is not a
/// number is written as null.
/// </summary>
internal sealed class PosteriorConverter : JsonConverter<Posterior>
{
    public override Posterior Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return
        [
            .. document.RootElement.EnumerateObject().Select(property => Read(property.Name, property.Value, options)),
        ];
    }

    public override void Write(Utf8JsonWriter writer, Posterior value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var quantity in value)
        {
            writer.WriteStartObject(quantity.Name);
            Write(writer, "mean", quantity.Shape, quantity.Mean);
            Write(writer, "sd", quantity.Shape, quantity.Sd);
            Write(writer, "q05", quantity.Shape, quantity.Q05);
            Write(writer, "q50", quantity.Shape, quantity.Q50);
            Write(writer, "q95", quantity.Shape, quantity.Q95);
            writer.WriteString("label", quantity.Label);
            writer.WriteString("restates", quantity.Restates);
            writer.WritePropertyName("axisLabels");
            JsonSerializer.Serialize(writer, quantity.AxisLabels, options);
            Write(writer, "linearResponseSd", quantity.Shape, quantity.LinearResponseSd);
            Write(writer, "checkedMean", quantity.Shape, quantity.CheckedMean);
            Write(writer, "checkedSd", quantity.Shape, quantity.CheckedSd);
            Write(writer, "truth", quantity.Shape, quantity.Truth);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Write(
        Utf8JsonWriter writer,
        string member,
        IReadOnlyList<int> shape,
        IReadOnlyList<double>? values
    )
    {
        writer.WritePropertyName(member);
        if (values is null)
        {
            writer.WriteNullValue();
            return;
        }

        var next = 0;
        WriteAxis(0);

        void WriteAxis(int axis)
        {
            if (axis == shape.Count)
            {
                var value = values[next++];
                JsonSerializer.Serialize(writer, double.IsNaN(value) ? null : (double?)value, ResultJson.Options);
                return;
            }

            writer.WriteStartArray();
            for (var i = 0; i < shape[axis]; i++)
            {
                WriteAxis(axis + 1);
            }

            writer.WriteEndArray();
        }
    }

    private static QuantitySummary Read(string name, JsonElement members, JsonSerializerOptions options)
    {
        var mean = Member(members, "mean") ?? throw new DamagedMemberException($"posterior.{name} has no mean.");
        var shape = NestedNumbers.Shape(mean);
        double[]? Values(string member) =>
            Member(members, member) is { } nested
                ? NestedNumbers.Flat(nested, shape)
                    ?? throw new DamagedMemberException($"posterior.{name}.{member} has another shape than its mean.")
                : null;
        double[] Needed(string member) =>
            Values(member) ?? throw new DamagedMemberException($"posterior.{name} has no {member}.");
        return new QuantitySummary(
            new Quantity(name, shape)
            {
                Label = Member(members, "label")?.GetString(),
                Restates = Member(members, "restates")?.GetString(),
                AxisLabels =
                    Member(members, "axisLabels")?.Deserialize<IReadOnlyList<IReadOnlyList<string>?>>(options) ?? [],
            }
        )
        {
            Mean = Needed("mean"),
            Sd = Needed("sd"),
            Q05 = Needed("q05"),
            Q50 = Needed("q50"),
            Q95 = Needed("q95"),
            LinearResponseSd = Values("linearResponseSd"),
            CheckedMean = Values("checkedMean"),
            CheckedSd = Values("checkedSd"),
            Truth = Values("truth"),
        };
    }

    /// <summary>A member that is there and not null.</summary>
    private static JsonElement? Member(JsonElement members, string name) =>
        members.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
