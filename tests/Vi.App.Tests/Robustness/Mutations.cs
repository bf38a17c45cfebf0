using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vi.App.Tests.Robustness;

/// <summary>Changes a file as accidents, editors and ill will change it.</summary>
internal static class Mutations
{
    private const string HalfMark = "half a character";

    private static readonly string[] Fragments =
    [
        "null",
        "-1",
        "0",
        "1e400",
        "-1e308",
        "1e-320",
        "NaN",
        "\"\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "[]",
        "{}",
        "true",
        ",",
        ";",
        "\t",
        "\"",
        "\r\n\r\n",
        "\u001b[31m",
        "=1+1",
        "#",
        "../../",
        "9223372036854775808",
        "٣",
        "1,5",
        "2024-13-45",
        "\ufeff",
        new('[', 3000),
        new('9', 400),
        new('x', 5000),
    ];

    /// <summary>One to three changes of bytes.</summary>
    public static byte[] Bytes(byte[] file, Random random)
    {
        for (var left = random.Next(1, 4); left > 0; left--)
        {
            var at = random.Next(file.Length + 1);
            var length = System.Math.Min(random.Next(1, 20), file.Length - at);
            file = random.Next(6) switch
            {
                0 => [.. file[..at], .. file[(at + length)..]],
                1 => [.. file[..(at + length)], .. file[at..]],
                2 =>
                [
                    .. file[..at],
                    .. Encoding.UTF8.GetBytes(Fragments[random.Next(Fragments.Length)]),
                    .. file[at..],
                ],
                3 => [.. file[..at], (byte)random.Next(256), .. file[at..]],
                4 => file[..at],
                _ => Flipped(file, at, random),
            };
        }

        return file;
    }

    /// <summary>One to three changes of values, names and places in a JSON text without comments.</summary>
    public static byte[] Json(JsonNode root, Random random)
    {
        root = root.DeepClone();
        for (var left = random.Next(1, 4); left > 0; left--)
        {
            var nodes = Inside(root).ToList();
            if (nodes.Count > 0)
            {
                Change(nodes[random.Next(nodes.Count)], Inside(root).ToList(), random);
            }
        }

        // No JSON writer writes half a character.
        return Encoding.UTF8.GetBytes(root.ToJsonString().Replace(HalfMark, "\\ud800", StringComparison.Ordinal));
    }

    /// <summary>One to three cells, rows or columns of a table that are changed.</summary>
    public static byte[] Table(string text, char delimiter, Random random)
    {
        var rows = text.Split('\n').Select(line => line.Split(delimiter).ToList()).ToList();
        for (var left = random.Next(1, 4); left > 0; left--)
        {
            var row = rows[random.Next(rows.Count)];
            var at = random.Next(row.Count);
            switch (random.Next(7))
            {
                case 0:
                    row[at] = Fragments[random.Next(Fragments.Length)];
                    break;
                case 1:
                    row.RemoveAt(at);
                    row.Add("");
                    break;
                case 2:
                    row.Insert(at, row[at]);
                    break;
                case 3:
                    rows.ForEach(each => each[System.Math.Min(at, each.Count - 1)] = "");
                    break;
                case 4:
                    rows.Insert(random.Next(rows.Count), [.. row]);
                    break;
                case 5:
                    row[at] = (random.NextDouble() * System.Math.Pow(10, random.Next(-300, 300))).ToString(
                        CultureInfo.InvariantCulture
                    );
                    break;
                default:
                    row[at] += "%";
                    break;
            }

            rows.RemoveAll(each => each.Count == 0);
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', rows.Select(row => string.Join(delimiter, row))));
    }

    private static byte[] Flipped(byte[] file, int at, Random random)
    {
        byte[] flipped = [.. file];
        if (flipped.Length > 0)
        {
            flipped[System.Math.Min(at, flipped.Length - 1)] ^= (byte)(1 << random.Next(8));
        }

        return flipped;
    }

    private static IEnumerable<JsonNode?> Values(JsonNode node) =>
        node switch
        {
            JsonObject parent => parent.Select(pair => pair.Value),
            JsonArray parent => parent,
            _ => [],
        };

    private static IEnumerable<JsonNode> Inside(JsonNode node) =>
        Values(node).OfType<JsonNode>().SelectMany(child => Inside(child).Prepend(child));

    private static JsonNode? Fragment(Random random)
    {
        var fragment = Fragments[random.Next(Fragments.Length)];
        try
        {
            return fragment == "\"\\ud800\"" ? JsonValue.Create(HalfMark) : JsonNode.Parse(fragment);
        }
        catch (JsonException)
        {
            return JsonValue.Create(fragment);
        }
    }

    private static void Change(JsonNode node, List<JsonNode> others, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                node.ReplaceWith(Fragment(random));
                break;
            case 1:
                node.ReplaceWith(others[random.Next(others.Count)].DeepClone());
                break;
            case 2 when node.Parent is JsonObject parent:
                parent.Remove(node.GetPropertyName());
                break;
            case 3 when node.Parent is JsonObject parent:
                var name = node.GetPropertyName();
                parent.Remove(name);
                parent[name + "x"] = node;
                break;
            default:
                node.ReplaceWith(JsonValue.Create(random.Next(-2, 3) * System.Math.Pow(10, random.Next(-20, 20))));
                break;
        }
    }
}
