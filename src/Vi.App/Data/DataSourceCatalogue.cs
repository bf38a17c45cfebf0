using System.Text.Json.Nodes;
using Vi.App.Configuration;
using Vi.App.Data.Synthetic;

namespace Vi.App.Data;

/// <summary>The data sources that the program knows, in the order in which they are listed.</summary>
internal static class DataSourceCatalogue
{
    /// <summary>All data sources; a new one is one more line here.</summary>
    public static IReadOnlyList<IDataSource> All { get; } = [new CsvSource(), new NpySource(), new SyntheticSource()];

    /// <summary>The names in a sentence, e.g. <c>csv, npy or synthetic</c>.</summary>
    public static string Names =>
        $"{string.Join(", ", All.SkipLast(1).Select(source => source.Name))} or {All[^1].Name}";

    /// <summary>The source whose settings these are.</summary>
    public static IDataSource Of(DataSettings settings) =>
        All.First(source => source.SettingsType == settings.GetType());

    /// <summary>The source that a <c>data</c> object chooses; null where it names none or several.</summary>
    public static IDataSource? Of(JsonObject data)
    {
        var named = All.Where(source => data[source.Name] is not null).ToList();
        return named.Count == 1 ? named[0] : null;
    }

    /// <summary>The keys of all sources together, exactly one of which is a source's name.</summary>
    public static ObjectShape Shape(ShapeReader reader)
    {
        var keys = All.SelectMany(source => reader.Read(source.SettingsType).Keys).DistinctBy(key => key.Name).ToList();
        List<string> names = [.. All.Select(source => source.Name)];
        return new ObjectShape(
            [
                .. keys.OrderBy(key => names.IndexOf(key.Name) is >= 0 and var i ? i : names.Count)
                    .Select(key => key with { Required = false }),
            ],
            names
        );
    }

    /// <summary>Keys of a <c>data</c> object, as given, that its source does not take, and those that it needs.</summary>
    public static IEnumerable<Problem> Problems(JsonObject data, ShapeReader reader)
    {
        if (Of(data) is not { } source)
        {
            yield break;
        }

        var taken = reader.Read(source.SettingsType).Keys;
        foreach (var key in Shape(reader).Keys.Where(key => taken.All(own => own.Name != key.Name)))
        {
            // Stored configurations hold the defaults of all keys.
            if (data[key.Name] is { } value && !JsonNode.DeepEquals(value, key.Default))
            {
                yield return new Problem($"data.{key.Name}", $"{source.Name} data take no such key; remove it");
            }
        }

        foreach (var key in taken.Where(key => key.Required && data[key.Name] is null))
        {
            yield return new Problem(
                $"data.{key.Name}",
                $"missing; {source.Name} data need {key.Shape.Allowed} ({key.Description})"
            );
        }
    }
}
