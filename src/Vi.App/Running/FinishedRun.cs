namespace Vi.App.Running;

/// <summary>Runs that need not be repeated.</summary>
internal static class FinishedRun
{
    /// <summary>
    /// The stored run of an experiment that came to its end, by this version of the program, from the same configuration and data; null where
    /// there is none.
    /// </summary>
    public static IStoredRun? Of(RunFolder folder, LoadedExperiment experiment, IReadOnlyList<PreparedRun> prepared)
    {
        // Code of the user's own may have changed.
        if (!folder.HasResult || experiment.Model is Models.Programs.OwnProgram)
        {
            return null;
        }

        IStoredRun run;
        try
        {
            run = folder.Read();
        }
        catch (ResultFileException)
        {
            return null;
        }

        var configuration = run is ComparedRuns compared ? compared.Configuration : run.Results[0].Configuration;
        var isSame =
            run.Results.Count == prepared.Count
            && JsonNode.DeepEquals(Plain(configuration), Plain(experiment.Configuration))
            && run.Results.Zip(prepared).All(pair => IsSame(pair.First, pair.Second));
        return isSame ? run : null;
    }

    private static bool IsSame(RunResult result, PreparedRun prepared) =>
        result.Status is not (RunStatus.Cancelled or RunStatus.Failed)
        && result.Versions.GetValueOrDefault("vilab") == VersionsRecord.Program
        && result.Data?.Sha256 == prepared.Data?.Record.Sha256;

    /// <summary>Both as they come out of a file.</summary>
    private static JsonNode? Plain(JsonObject configuration) =>
        JsonNode.Parse(configuration.ToJsonString(ResultJson.Options));
}
