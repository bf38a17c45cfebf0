namespace Vi.Reports.Sections;

/// <summary>Settings, timing, versions, and how to repeat the run.</summary>
internal static class RepeatSection
{
    internal static Markup Of(RunResult result) =>
        Markup.Of(
            $"""
            <div class="grid">
            <div><h3>Settings</h3>
            {Table.Pairs("Settings", "setting", "value", Settings(result))}</div>
            <div><h3>Timing</h3>
            {Table.Pairs("Timing", "stage", "time", Timing(result.Timing))}</div>
            <div><h3>Versions</h3>
            {Table.Pairs("Versions", "component", "version", result.Versions)}</div>
            </div>
            {Repeat(result.Name, result.Configuration)}
            """
        );

    private static IEnumerable<KeyValuePair<string, string>> Settings(RunResult result) =>
        [.. result.Model.Settings, new("algorithm", result.Algorithm), new("seed", $"{result.Seed}")];

    private static IEnumerable<KeyValuePair<string, string>> Timing(TimingRecord timing)
    {
        yield return new("load the data", Numbers.Duration(timing.LoadSeconds));
        yield return new("fit", Numbers.Duration(timing.FitSeconds));
        yield return new("fit, per sweep", Numbers.Duration(timing.SecondsPerIteration));
        if (timing.GradientEvaluations is { } gradients)
        {
            yield return new("gradient evaluations", Numbers.Count(gradients));
        }
    }

    /// <summary>The configuration with the command that runs it; nothing where it is empty.</summary>
    internal static Markup Repeat(string name, JsonObject configuration)
    {
        var file = $"{Anchor.FileName(name)}.json";
        return Markup.If(
            configuration.Count > 0,
            $"""
            <h3>Repeat this run</h3>
            <p class="prose">Save the configuration as <code>{file}</code>, with paths of data seen from where it lies, and run</p>
            {Markup.Copied("command", "Command", $"vilab run {file}")}
            {Markup.Copied(
                "configuration",
                "Configuration",
                JsonSerializer.Serialize(configuration, ResultJson.ReadableOptions)
            )}

            """
        );
    }
}
