namespace Vi.Results;

/// <summary>Numbers in JSON arrays nested as a shape, and the flat list of them, row by row.</summary>
public static class NestedNumbers
{
    /// <summary>The length of each axis, read along the first entries; none for a single number.</summary>
    public static IReadOnlyList<int> Shape(JsonElement nested)
    {
        var shape = new List<int>();
        while (nested.ValueKind == JsonValueKind.Array)
        {
            shape.Add(nested.GetArrayLength());
            if (shape[^1] == 0)
            {
                break;
            }

            nested = nested[0];
        }

        return shape;
    }

    /// <summary>The numbers, row by row; null where there is another shape or an entry is no number (null is not-a-number).</summary>
    public static double[]? Flat(JsonElement nested, IReadOnlyList<int> shape)
    {
        var values = new List<double>();
        return Collect(nested, shape, 0, values) ? [.. values] : null;
    }

    /// <summary>The same of a node; null where there is none.</summary>
    public static double[]? Flat(JsonNode? nested, IReadOnlyList<int> shape) =>
        nested is null ? null : Flat(JsonSerializer.SerializeToElement(nested, ResultJson.Options), shape);

    private static bool Collect(JsonElement nested, IReadOnlyList<int> shape, int axis, List<double> values)
    {
        if (axis < shape.Count)
        {
            return nested.ValueKind == JsonValueKind.Array
                && nested.GetArrayLength() == shape[axis]
                && nested.EnumerateArray().All(item => Collect(item, shape, axis + 1, values));
        }

        double? number = nested.ValueKind switch
        {
            JsonValueKind.Number => nested.GetDouble(),
            JsonValueKind.Null => double.NaN,
            JsonValueKind.String => nested.GetString() switch
            {
                "NaN" => double.NaN,
                "Infinity" => double.PositiveInfinity,
                "-Infinity" => double.NegativeInfinity,
                _ => null,
            },
            _ => null,
        };
        values.Add(number ?? double.NaN);
        return number is not null;
    }
}
