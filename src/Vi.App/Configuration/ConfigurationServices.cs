using Microsoft.Extensions.DependencyInjection;
using Vi.App.Data;
using Vi.App.Hosting;

namespace Vi.App.Configuration;

/// <summary>Registers the reading of experiment files.</summary>
public static class ConfigurationServices
{
    /// <summary>Adds the shape of experiment files and their loader; needs a <see cref="Shell"/>.</summary>
    public static IServiceCollection AddExperiments(this IServiceCollection services) =>
        services
            .AddSingleton(p => p.GetRequiredService<Shell>().Models)
            .AddSingleton(p => new FileFinder(p.GetRequiredService<Shell>().WorkingFolder))
            .AddSingleton<ExperimentShape>()
            .AddSingleton<ExperimentLoader>();
}
