using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Vi.App.Configuration;

/// <summary>Reads the shape of a settings record from its properties and their <see cref="SettingAttribute"/>.</summary>
/// <param name="known">Shapes of property types that are not read by reflection, such as the choice of a model.</param>
public sealed class ShapeReader(IReadOnlyDictionary<Type, Shape> known)
{
    /// <summary>A reader for settings of plain values only.</summary>
    public static ShapeReader Plain { get; } = new(new Dictionary<Type, Shape>());

    /// <summary>
    /// The object shape of a settings record. Raises <see cref="InvalidOperationException"/> naming the property where its type has no
    /// counterpart in the file.
    /// </summary>
    public ObjectShape Read(Type settings)
    {
        var defaults = Activator.CreateInstance(settings);
        var keys = settings
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => (Property: property, Setting: property.GetCustomAttribute<SettingAttribute>()))
            .Where(pair => pair.Setting is not null)
            .OrderBy(pair => pair.Property.GetCustomAttribute<JsonPropertyOrderAttribute>()?.Order ?? 0)
            .ThenBy(pair => pair.Property.MetadataToken)
            .Select(pair => Key(pair.Property, pair.Setting!, defaults))
            .ToList();
        return new ObjectShape(keys, []);
    }

    /// <summary>The key that a property has in the file.</summary>
    public static string KeyName(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
        ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private KeyShape Key(PropertyInfo property, SettingAttribute setting, object? defaults)
    {
        var required = property.IsDefined(typeof(RequiredMemberAttribute));
        var value = required ? null : property.GetValue(defaults);
        var node = value is null ? null : JsonSerializer.SerializeToNode(value, property.PropertyType, Options);
        var shape = ShapeOf(property.PropertyType, setting, property);
        if (shape is OneOrListShape)
        {
            node = null;
        }

        return new KeyShape(KeyName(property), setting.Description, shape, required, node);
    }

    /// <summary>How settings are read and written: camel case keys, kebab-case choices.</summary>
    public static JsonSerializerOptions Options { get; } =
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        };

    private Shape ShapeOf(Type type, SettingAttribute setting, PropertyInfo property)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (known.TryGetValue(type, out var shape))
        {
            return shape;
        }

        if (type == typeof(bool))
        {
            return new BooleanShape();
        }

        if (type == typeof(string))
        {
            return new TextShape();
        }

        if (type.IsEnum)
        {
            return new ChoiceShape([.. Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName)]);
        }

        if (type == typeof(JsonObject))
        {
            return new NumbersByNameShape();
        }

        if (type == typeof(double) || type == typeof(int) || type == typeof(long) || type == typeof(ulong))
        {
            return Number(type, setting);
        }

        if (ItemType(type) is { } item)
        {
            return new ListShape(ShapeOf(item, setting, property));
        }

        return type.IsClass && type != typeof(object)
            ? Read(type)
            : throw new InvalidOperationException(
                $"Setting {property.DeclaringType?.Name}.{property.Name} has the type {type.Name}, which no JSON value stands for."
            );
    }

    private static NumberShape Number(Type type, SettingAttribute setting)
    {
        var maximum = double.IsNaN(setting.Maximum) && type == typeof(int) ? int.MaxValue : setting.Maximum;
        var unsigned = double.IsNaN(setting.Minimum) && type == typeof(ulong);
        return new NumberShape(
            type != typeof(double),
            unsigned ? 0 : setting.Minimum,
            setting.ExclusiveMinimum,
            maximum,
            setting.Unit
        );
    }

    private static Type? ItemType(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
            ? type.GenericTypeArguments[0]
        : null;
}
