using Vi.Data.Csv;
using Vi.Data.Synthetic;

namespace Vi.Data;

/// <summary>The data sources that the program knows, in the order in which they are listed.</summary>
internal static class DataSourceCatalogue
{
    public static IReadOnlyList<IDataSource> All { get; } = [new CsvSource(), new NpySource(), new SyntheticSource()];

    /// <summary>The names in a sentence, e.g. <c>csv, npy or synthetic</c>.</summary>
    public static string Names =>
        $"{string.Join(", ", All.SkipLast(1).Select(source => source.Name))} or {All[^1].Name}";

    public static IDataSource Of(DataSettings settings) =>
        All.First(source => source.SettingsType == settings.GetType());

    /// <inheritdoc cref="IDataSource.Propose" />
    public static TableProposal Propose(string path, DataRequest request, int? columns) =>
        All.Select(source => source.Propose(path, request, columns)).OfType<TableProposal>().First();

    /// <summary>The source that a <c>data</c> object chooses; null where it names none or several.</summary>
    public static IDataSource? Of(JsonObject data)
    {
        var named = All.Where(source => data[source.Name] is not null).ToList();
        return named.Count == 1 ? named[0] : null;
    }
}
