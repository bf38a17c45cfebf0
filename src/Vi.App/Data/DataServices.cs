using Microsoft.Extensions.DependencyInjection;
using Vi.App.Data.Synthetic;
using Vi.App.Hosting;

namespace Vi.App.Data;

/// <summary>Registers the data sources.</summary>
public static class DataServices
{
    /// <summary>Adds the readers of files and the stream behind the generators; needs a <see cref="Shell"/>.</summary>
    public static IServiceCollection AddData(this IServiceCollection services) =>
        services
            .AddSingleton(p => new FileFinder(p.GetRequiredService<Shell>().WorkingFolder))
            .AddSingleton<ITableReader, CsvTableReader>()
            .AddSingleton<ITableReader, NpyTableReader>()
            .AddSingleton<RandomSourceFactory>(seed => new CoreRandomSource(seed))
            .AddSingleton<DataLoader>();
}
