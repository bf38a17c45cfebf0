namespace Vi.App.Commands;

/// <summary>Makes the settings that the environment and <c>--set</c> give from the texts of the latter.</summary>
internal delegate SettingOverrides OverrideReader(IEnumerable<string> assignments);

internal static class VilabServices
{
    public static IServiceCollection AddVilab(this IServiceCollection services) =>
        services
            .AddSingleton(TimeProvider.System)
            .AddSingleton<IReadOnlyList<IModel>>(_ => ModelCatalogue.All)
            .AddSingleton(_ => LawCatalogue.Default)
            .AddSingleton(_ => new FileFinder(WorkingFolder()))
            .AddSingleton<OverrideReader>(_ => assignments => new SettingOverrides(assignments))
            .AddSingleton(new DataLimits())
            .AddSingleton(new StopGraces())
            .AddSingleton<ExperimentSchema>()
            .AddSingleton<ExperimentLoader>()
            .AddSingleton<ExperimentFiles>()
            .AddSingleton<ExperimentPreparation>()
            .AddSingleton<ExperimentProposal>()
            .AddSingleton<ExperimentRunner>()
            .AddSingleton<LawChecker>()
            .AddSingleton<Calibrator>()
            .AddSingleton<VerdictStudy>()
            .AddSingleton<Batch>()
            .AddSingleton<Verify>();

    private static string WorkingFolder()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (IOException)
        {
            throw new ExperimentException("the working folder does not exist any more; change to another one");
        }
    }
}
