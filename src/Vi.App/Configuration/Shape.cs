using System.Text.Json.Nodes;

namespace Vi.App.Configuration;

/// <summary>What a JSON value must look like: the one description from which validation, schema and help texts are made.</summary>
public abstract record Shape
{
    /// <summary>What is allowed, to follow "allowed is", e.g. <c>a whole number of at least 1</c>.</summary>
    public abstract string Allowed { get; }
}

/// <summary>A number with bounds; bounds that are not numbers do not bind.</summary>
public sealed record NumberShape(bool IsWhole, double Minimum, double ExclusiveMinimum, double Maximum, string? Unit)
    : Shape
{
    /// <summary>True if the number keeps to the bounds.</summary>
    public bool Contains(double value) => !(value < Minimum || value <= ExclusiveMinimum || value > Maximum);

    /// <summary>True if the greatest allowed number is a setting's own, not that of its 32-bit storage.</summary>
    public bool HasMaximum => !double.IsNaN(Maximum) && Maximum != int.MaxValue;

    /// <inheritdoc />
    public override string Allowed
    {
        get
        {
            var bounds = new List<string>();
            if (!double.IsNaN(Minimum))
            {
                bounds.Add($"of at least {Minimum:R}");
            }

            if (!double.IsNaN(ExclusiveMinimum))
            {
                bounds.Add($"greater than {ExclusiveMinimum:R}");
            }

            if (HasMaximum)
            {
                bounds.Add($"of at most {Maximum:R}");
            }

            var kind = IsWhole ? "a whole number" : "a number";
            return bounds.Count == 0 ? kind : $"{kind} {string.Join(" and ", bounds)}";
        }
    }
}

/// <summary>Any text.</summary>
public sealed record TextShape : Shape
{
    /// <inheritdoc />
    public override string Allowed => "a text";
}

/// <summary>True or false.</summary>
public sealed record BooleanShape : Shape
{
    /// <inheritdoc />
    public override string Allowed => "true or false";
}

/// <summary>One of a few names.</summary>
public sealed record ChoiceShape(IReadOnlyList<string> Names) : Shape
{
    /// <inheritdoc />
    public override string Allowed => "one of " + string.Join(", ", Names.Select(name => $"\"{name}\""));
}

/// <summary>A list whose entries all have one shape.</summary>
public sealed record ListShape(Shape Item) : Shape
{
    /// <inheritdoc />
    public override string Allowed
    {
        get
        {
            var (kind, item) = ("a list", Item);
            while (item is ListShape inner)
            {
                (kind, item) = (kind + " of lists", inner.Item);
            }

            return $"{kind}, each entry {item.Allowed}";
        }
    }
}

/// <summary>An object with known keys.</summary>
public sealed record ObjectShape(IReadOnlyList<KeyShape> Keys, IReadOnlyList<string> ExactlyOneOf) : Shape
{
    /// <inheritdoc />
    public override string Allowed =>
        Keys.Count == 0 ? "an empty object" : "an object with the keys " + string.Join(", ", Keys.Select(k => k.Name));
}

/// <summary>One key of an object; the default is null where there is none or the data decide.</summary>
public sealed record KeyShape(string Name, string Description, Shape Shape, bool Required, JsonNode? Default);

/// <summary>An object whose tag key says which further keys it has.</summary>
/// <param name="Tag">The key that names the case, e.g. <c>type</c>.</param>
/// <param name="What">What the cases are, e.g. <c>model</c>.</param>
/// <param name="Cases">The cases in the order in which they are listed.</param>
public sealed record CasesShape(string Tag, string What, IReadOnlyList<CaseShape> Cases) : Shape
{
    /// <summary>Whether the tag may be missing, so that something outside the object decides the case.</summary>
    public bool HasDefault { get; init; }

    /// <inheritdoc />
    public override string Allowed => $"an object whose \"{Tag}\" names {(What[0] is 'a' ? "an" : "a")} {What}";
}

/// <summary>One case of a <see cref="CasesShape"/>: its name, a sentence, and the keys beside the tag.</summary>
public sealed record CaseShape(string Name, string Summary, ObjectShape Settings)
{
    /// <summary>Why the case lacks a key that others have, and what to do; null where there is nothing to add.</summary>
    public Func<string, string?> WhyWithout { get; init; } = static _ => null;
}

/// <summary>One value, or a list of at least one such value; a list of one stands for its entry.</summary>
public sealed record OneOrListShape(Shape Item) : Shape
{
    /// <inheritdoc />
    public override string Allowed => $"{Item.Allowed}, or a list of such";
}

/// <summary>An object with any keys whose values are numbers or nested lists of numbers.</summary>
public sealed record NumbersByNameShape : Shape
{
    /// <inheritdoc />
    public override string Allowed => "an object whose values are numbers or nested lists of numbers";
}
