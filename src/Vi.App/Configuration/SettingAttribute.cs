namespace Vi.App.Configuration;

/// <summary>
/// Marks a property of a settings record as a key of the experiment file, as a row of <see cref="SettingsPage"/> does. Validation, the JSON Schema, <c>vilab describe</c> and the
/// comments of <c>vilab new</c> are all made from it. The key is the property's name in camel case, or its <c>JsonPropertyName</c>.
/// A <c>required</c> property must be given; any other one has its initial value as default.
/// </summary>
/// <param name="description">What the setting means, in a few words without a full stop.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettingAttribute(string description) : Attribute
{
    public string Description { get; } = description;

    /// <summary>Least allowed number; for lists, of each entry. Not a number: no bound.</summary>
    public double Minimum { get; set; } = double.NaN;

    /// <summary>Number that must be exceeded; for lists, by each entry. Not a number: no bound.</summary>
    public double ExclusiveMinimum { get; set; } = double.NaN;

    /// <summary>Greatest allowed number; for lists, of each entry. Not a number: no bound.</summary>
    public double Maximum { get; set; } = double.NaN;

    /// <summary>Unit of the number, e.g. <c>nats per sweep</c>.</summary>
    public string? Unit { get; set; }
}
