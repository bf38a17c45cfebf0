using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Vi.App.Configuration;

/// <summary>
/// The JSON Schema of settings records: System.Text.Json exports the types, and <see cref="SettingsPage"/> or a
/// <see cref="SettingAttribute"/> adds description, unit and bounds.
/// </summary>
/// <param name="choices">Schemas of types that several records can stand for, such as the choice of a model, from what is exported for them.</param>
internal sealed class SettingSchema(IReadOnlyDictionary<Type, Func<JsonNode, JsonObject>> choices)
{
    /// <summary>How settings are read and written: camel case keys, kebab-case choices, no key without a description.</summary>
    public static JsonSerializerOptions Options { get; } =
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            Converters =
            {
                new GapsConverter(),
                new RowCalendarConverter(),
                new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false),
            },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver().WithAddedModifier(KeepSettings),
        };

    /// <summary>The schema of a record of plain values.</summary>
    public static JsonObject Plain(Type settings) =>
        new SettingSchema(new Dictionary<Type, Func<JsonNode, JsonObject>>()).Of(settings);

    /// <summary>
    /// The schema of a settings record. Raises <see cref="InvalidOperationException"/> naming the property whose type no JSON value stands
    /// for.
    /// </summary>
    public JsonObject Of(Type settings) =>
        (JsonObject)
            Options.GetJsonSchemaAsNode(
                settings,
                new JsonSchemaExporterOptions
                {
                    TreatNullObliviousAsNonNullable = true,
                    TransformSchemaNode = Transform,
                }
            );

    private static void KeepSettings(JsonTypeInfo type)
    {
        var settings = type.Properties.Where(property => Setting(property) is not null).ToList();
        if (settings.Count > 0 && settings.Count < type.Properties.Count)
        {
            type.Properties.Clear();
            settings.ForEach(type.Properties.Add);
        }
    }

    private static SettingAttribute? Setting(JsonPropertyInfo property) =>
        property.AttributeProvider is MemberInfo member
            ? member.GetCustomAttribute<SettingAttribute>() ?? SettingsPage.Of(member)
            : null;

    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode node)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (choices.TryGetValue(type, out var choice))
        {
            return choice(node);
        }

        if (node is not JsonObject schema)
        {
            return node;
        }

        // What occurs twice is exported as a reference, which does not survive in a larger schema.
        if (schema.ContainsKey("$ref"))
        {
            return Of(type);
        }

        // Null is a missing key: no key takes it as its value.
        if (schema["type"] is JsonArray types)
        {
            schema["type"] = types[0]!.DeepClone();
        }

        (schema["enum"] as JsonArray)?.RemoveAll(name => name is null);
        if (type == typeof(int))
        {
            schema["maximum"] = (double)int.MaxValue;
        }
        else if (type == typeof(ulong))
        {
            schema["minimum"] = 0.0;
        }
        else if (type == typeof(JsonObject))
        {
            schema["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("number", "array") };
        }
        else if (schema["properties"] is JsonObject keys)
        {
            schema["additionalProperties"] = false;
            Describe(context.TypeInfo, keys);
        }

        return schema;
    }

    private static void Describe(JsonTypeInfo type, JsonObject keys)
    {
        var defaults = Activator.CreateInstance(type.Type)!;
        foreach (var property in type.Properties)
        {
            if (keys[property.Name] is not JsonObject key)
            {
                throw new InvalidOperationException(
                    $"Setting {type.Type.Name}.{((MemberInfo)property.AttributeProvider!).Name} has the type {property.PropertyType.Name}, which JSON cannot represent."
                );
            }

            var setting =
                Setting(property)
                ?? throw new InvalidOperationException(
                    $"docs/settings.md has no row for {type.Type.Name}.{property.Name}."
                );
            Bound(key, setting);
            key["description"] = setting.Unit is { } unit ? $"{setting.Description} ({unit})" : setting.Description;
            var isChoice = key.ContainsKey("oneOf");
            if (!property.IsRequired && !isChoice && property.Get!(defaults) is { } value)
            {
                key["default"] = JsonSerializer.SerializeToNode(value, property.PropertyType, Options);
            }

            if (setting.Unit is not null)
            {
                key["x-unit"] = setting.Unit;
            }
        }
    }

    private static void Bound(JsonObject key, SettingAttribute setting)
    {
        var number = key;
        while (number["items"] is JsonObject items)
        {
            number = items;
        }

        (string Keyword, double Bound)[] bounds =
        [
            ("minimum", setting.Minimum),
            ("exclusiveMinimum", setting.ExclusiveMinimum),
            ("maximum", setting.Maximum),
        ];
        foreach (var (keyword, bound) in bounds.Where(one => !double.IsNaN(one.Bound)))
        {
            number[keyword] = bound;
        }
    }
}
