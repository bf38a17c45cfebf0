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

    public static JsonNode? Of(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    public static JsonArray Of(IEnumerable<double> values) => new([.. values.Select(Of)]);

    /// <summary>A matrix as a list of rows.</summary>
    public static JsonArray Of(Mat matrix) => new([.. matrix.ToRows().Select(row => (JsonNode)Of(row))]);

    /// <summary>Median and 90 % interval of a new value of a column.</summary>
    public static NamedNumbers Predictive(string column, Marginal of) =>
        new()
        {
            { "column", column },
            { "q05", of.Q05 },
            { "q50", of.Q50 },
            { "q95", of.Q95 },
        };

    public void Add(string name, double? value)
    {
        if (value is { } number)
        {
            json[name] = Of(number);
        }
    }

    public void Add(string name, bool? value)
    {
        if (value is { } known)
        {
            json[name] = known;
        }
    }

    public void Add(string name, string value) => json[name] = value;

    public void Add(string name, IEnumerable<string> texts) =>
        json[name] = new JsonArray([.. texts.Select(text => JsonValue.Create(text))]);

    public void Add(string name, IEnumerable<double>? values) => Add(name, values is null ? null : Of(values));

    public void Add(string name, Vec? vector) => Add(name, vector is null ? null : Of(vector.ToArray()));

    public void Add(string name, Mat? matrix) => Add(name, matrix is null ? null : Of(matrix));

    public void Add(string name, IEnumerable<Vec> vectors) =>
        json[name] = new JsonArray([.. vectors.Select(vector => Of(vector.ToArray()))]);

    public void Add(string name, IEnumerable<Mat> matrices) => json[name] = new JsonArray([.. matrices.Select(Of)]);

    public void Add(string name, IEnumerable<NamedNumbers>? objects) =>
        Add(name, objects is null ? null : new JsonArray([.. objects.Select(numbers => numbers.json)]));

    /// <summary>Mean, standard deviation and quantiles.</summary>
    public void Add(string name, Marginal marginal) =>
        Add(
            name,
            new NamedNumbers
            {
                { "mean", marginal.Mean },
                { "sd", marginal.Sd },
                { "q05", marginal.Q05 },
                { "q50", marginal.Q50 },
                { "q95", marginal.Q95 },
            }
        );

    public void Add(string name, NamedNumbers numbers) => json[name] = numbers.json;

    /// <summary>All of others, after those that are here.</summary>
    public void Add(JsonObject others)
    {
        foreach (var (name, value) in others)
        {
            json[name] = value?.DeepClone();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => json.GetEnumerator();

    private void Add(string name, JsonArray? array)
    {
        if (array is not null)
        {
            json[name] = array;
        }
    }
}
