using Vi.Data.Blocks;
using Vi.Data.Csv;
using Vi.Data.Databases;
using Vi.Data.Synthetic;
using Vi.Data.Typed;

namespace Vi.Data;

/// <summary>The data sources that the program knows, in the order in which they are listed.</summary>
internal static class DataSourceCatalogue
{
    private static readonly CsvSource Text = new();

    public static IReadOnlyList<IDataSource> All { get; } =
    [
        Text,
        new NpySource(),
        new ParquetSource(),
        new ArrowSource(),
        new SqliteSource(),
        new PostgresSource(),
        new FileSource(),
        new SyntheticSource(),
    ];

    /// <summary>The names in a sentence, e.g. <c>csv, npy or synthetic</c>.</summary>
    public static string Names =>
        $"{string.Join(", ", All.SkipLast(1).Select(source => source.Name))} or {All[^1].Name}";

    public static IDataSource Of(DataSettings settings) =>
        All.First(source => source.SettingsType == settings.GetType());

    /// <summary>The source that reads a path by its name; text where no other one does.</summary>
    public static IDataSource OfPath(string path) =>
        All.FirstOrDefault(source => source != Text && source.Reads(path)) ?? Text;

    /// <summary>The source that a <c>data</c> object chooses; null where it names none or several.</summary>
    public static IDataSource? Of(JsonObject data)
    {
        var named = All.Where(source => data[source.Name] is not null).ToList();
        return named.Count == 1 ? named[0] : null;
    }
}
