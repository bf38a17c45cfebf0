using Microsoft.Extensions.DependencyInjection;
using Vi.App.Verifying;

namespace Vi.App.Running;

/// <summary>Registers the run driver.</summary>
public static class RunningServices
{
    /// <summary>Adds the reading of files and the runner; needs data, findings, reports and a clock.</summary>
    public static IServiceCollection AddRunning(this IServiceCollection services) =>
        services
            .AddSingleton<ExperimentFiles>()
            .AddSingleton<ExperimentRunner>()
            .AddSingleton<LawChecker>()
            .AddSingleton<Calibrator>();
}
