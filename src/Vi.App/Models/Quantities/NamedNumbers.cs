using System.Collections;

namespace Vi.App.Models.Quantities;

/// <summary>
/// Figures by name as a result stores them: numbers, nested as their shape, texts and objects. What is null is left out; a number that is
/// not finite is stored as null.
/// </summary>
internal sealed class NamedNumbers : IEnumerable
{
    private readonly JsonObject json = [];

    public static implicit operator JsonObject(NamedNumbers numbers) => numbers.json;

    /// <summary>Median and 90 % interval of a new value of a column.</summary>
    public static NamedNumbers Predictive(string column, Marginal of) =>
        new()
        {
            { "column", column },
            { "q05", of.Q05 },
            { "q50", of.Q50 },
            { "q95", of.Q95 },
        };

    public void Add(string name, object? value)
    {
        if (value is not null)
        {
            json[name] = Node(value);
        }
    }

    /// <summary>All of others, after those that are here.</summary>
    public void Add(JsonObject others)
    {
        foreach (var (name, value) in others)
        {
            json[name] = value?.DeepClone();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => json.GetEnumerator();

    private static JsonNode? Node(object value) =>
        value switch
        {
            double number => double.IsFinite(number) ? JsonValue.Create(number) : null,
            bool known => JsonValue.Create(known),
            string text => JsonValue.Create(text),
            NamedNumbers numbers => numbers.json,
            Vec vector => Node(vector.ToArray()),
            Mat matrix => Node(matrix.ToRows()),
            Marginal of => Node(
                new NamedNumbers
                {
                    { "mean", of.Mean },
                    { "sd", of.Sd },
                    { "q05", of.Q05 },
                    { "q50", of.Q50 },
                    { "q95", of.Q95 },
                }
            ),
            IEnumerable values => new JsonArray([.. values.Cast<object>().Select(Node)]),
            _ => Node(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        };
}
