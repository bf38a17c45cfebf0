using Vi.Math;

namespace Vi.App.Models.Quantities;

/// <summary>Numbers as JSON, nested as their shape; what is not finite becomes null.</summary>
internal static class JsonNumbers
{
    /// <summary>A number.</summary>
    public static JsonNode? Of(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>A list of numbers.</summary>
    public static JsonArray Of(IEnumerable<double> values) => new([.. values.Select(Of)]);

    /// <summary>A vector.</summary>
    public static JsonArray Of(Vec vector) => Of(vector.ToArray());

    /// <summary>A matrix as a list of rows.</summary>
    public static JsonArray Of(Mat matrix) => new([.. matrix.ToRows().Select(row => (JsonNode)Of(row))]);

    /// <summary>A list of anything that has a JSON form.</summary>
    public static JsonArray Of<T>(IEnumerable<T> items, Func<T, JsonNode?> form) => new([.. items.Select(form)]);
}
