using System.Text.Json.Nodes;

namespace Vi.Reports;

/// <summary>Numbers nested in JSON arrays as their parameter's shape.</summary>
internal static class NestedNumbers
{
    /// <summary>Entries in row-major order with their indices from 0; a scalar is one entry without indices.</summary>
    internal static List<(int[] Index, double Value)> Flatten(JsonNode? node)
    {
        var entries = new List<(int[], double)>();
        Collect(node, [], entries);
        return entries;
    }

    /// <summary>Reads a number, or the name of one that is not finite; null is not a number.</summary>
    internal static bool TryRead(JsonNode? node, out double number)
    {
        number = double.NaN;
        switch (node)
        {
            case null:
                return true;
            case JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number:
                number = AsDouble(value);
                return true;
            case JsonValue value
                when value.TryGetValue<string>(out var name) && NonFiniteJson.Parse(name) is { } parsed:
                number = parsed;
                return true;
            default:
                return false;
        }
    }

    private static double AsDouble(JsonValue value)
    {
        if (value.TryGetValue<double>(out var real))
        {
            return real;
        }

        if (value.TryGetValue<int>(out var whole))
        {
            return whole;
        }

        return value.TryGetValue<long>(out var large) ? large : double.Parse(value.ToJsonString());
    }

    private static void Collect(JsonNode? node, int[] index, List<(int[] Index, double Value)> entries)
    {
        if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                Collect(items[i], [.. index, i], entries);
            }
        }
        else
        {
            TryRead(node, out var number);
            entries.Add((index, number));
        }
    }
}
