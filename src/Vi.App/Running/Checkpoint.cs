using System.Security.Cryptography;

namespace Vi.App.Running;

/// <summary>A run between two sweeps: what it was asked to do, what it has shown so far, and the engine's state.</summary>
internal sealed record Checkpoint
{
    private const string NoHash = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>Hash of the file's text with zeros in its place; the first member.</summary>
    public string Sha256 { get; init; } = NoHash;

    /// <summary>Version of this file's layout.</summary>
    public int SchemaVersion { get; init; } = 2;

    /// <summary>The effective configuration, without what changes no number.</summary>
    public required JsonObject Configuration { get; init; }

    /// <summary>Hash of the data; null for a model without.</summary>
    public string? DataSha256 { get; init; }

    /// <summary>Version of the program that wrote it: states are not exchanged between versions.</summary>
    public required string Program { get; init; }

    public double FitSeconds { get; init; }

    public required IReadOnlyList<RestartTrace> Restarts { get; init; }

    public required byte[] State { get; init; }

    /// <summary>Settings that change no number, so that they may differ when a run is resumed.</summary>
    private static readonly string[] Free = ["$schema", "name", "description", "report", "output", "truth", "expects"];

    private static readonly string[] FreeOfInference = ["checkpointSeconds", "label"];

    /// <summary>A configuration without the settings that change no number.</summary>
    public static JsonObject Relevant(JsonObject configuration)
    {
        var copy = (JsonObject)configuration.DeepClone();
        Array.ForEach(Free, key => copy.Remove(key));
        Array.ForEach(FreeOfInference, key => (copy["inference"] as JsonObject)?.Remove(key));
        return copy;
    }

    /// <summary>Of a fit whose sweeps so far are known.</summary>
    /// <param name="dataSha256">Hash of the data; null for a model without.</param>
    /// <param name="state">The state after them, as <see cref="IResumableFit.State"/> gives it.</param>
    public static Checkpoint Of(FitPlan plan, string? dataSha256, FitTrace trace, double fitSeconds, byte[] state) =>
        new()
        {
            Configuration = Relevant(plan.Configuration),
            DataSha256 = dataSha256,
            Program = VersionsRecord.Program,
            FitSeconds = fitSeconds,
            Restarts = trace.Restarts,
            State = state,
        };

    /// <summary>Stores it.</summary>
    public void Write(string path) => AtomicFile.WriteText(path, ToText());

    /// <summary>Its text with the hash of the text, in which the hash itself is zeros.</summary>
    public string ToText()
    {
        var text = JsonSerializer.Serialize(this with { Sha256 = NoHash }, ResultJson.Options);
        var place = text.IndexOf(NoHash, StringComparison.Ordinal);
        return $"{text[..place]}{Hash(text)}{text[(place + NoHash.Length)..]}";
    }

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>
    /// Reads a checkpoint and makes sure that it belongs to a run; null where there is none. Raises <see cref="ExperimentException"/>
    /// saying what differs and what to do.
    /// </summary>
    public static Checkpoint? Read(string path, PreparedRun run)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var found = Parse(path);
        var sha256 = run.Data?.Record.Sha256;
        var why =
            found.Program != VersionsRecord.Program
                ? $"it was written by vilab {found.Program}, and this is {VersionsRecord.Program}"
            : Difference("", found.Configuration, Relevant(run.Plan.Configuration)) is { } difference
                ? $"it belongs to another configuration: {difference}"
            : found.DataSha256 != sha256
                ? $"it belongs to other data: their hash was {found.DataSha256} and is {sha256}"
            : null;
        return why is null ? found : throw Refuse(path, why);
    }

    private static Checkpoint Parse(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            var found = JsonSerializer.Deserialize<Checkpoint>(text, ResultJson.Options);
            if (found is not null && found.Sha256.Length == NoHash.Length)
            {
                var place = text.IndexOf(found.Sha256, StringComparison.Ordinal);
                var plain = $"{text[..place]}{NoHash}{text[(place + NoHash.Length)..]}";
                if (found.Sha256 == Hash(plain))
                {
                    return found;
                }
            }
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            // What it is instead does not help anybody.
        }

        throw Refuse(path, "it is damaged, as its checksum shows");
    }

    private static ExperimentException Refuse(string path, string why) =>
        new($"{path}: {why}. Undo the change, or run without --resume to start anew");

    /// <summary>The first setting that differs, with both values; null where none does.</summary>
    private static string? Difference(string path, JsonNode? then, JsonNode? now) =>
        (then, now) switch
        {
            _ when JsonNode.DeepEquals(then, now) => null,
            (JsonObject before, JsonObject after) => before
                .Select(pair => pair.Key)
                .Union(after.Select(pair => pair.Key), StringComparer.Ordinal)
                .Select(key => Difference(JsonText.Join(path, key), before[key], after[key]))
                .FirstOrDefault(difference => difference is not null),
            _ => $"{path} was {then?.ToJsonString() ?? "not given"} and is {now?.ToJsonString() ?? "not given"}",
        };
}

/// <summary>Writes checkpoints of a fit by time and when it ends or is stopped; whoever stores the result removes them.</summary>
internal sealed class CheckpointKeeper(PreparedRun run, FitTrace trace, string path, TimeProvider clock)
{
    private readonly TimeSpan interval = TimeSpan.FromSeconds(run.Plan.Inference.CheckpointSeconds);
    private readonly long start = clock.GetTimestamp();
    private readonly Throttle throttle = new(clock);
    private double secondsBefore;

    /// <summary>Seconds spent fitting, those before an interruption included.</summary>
    public double FitSeconds => secondsBefore + clock.GetElapsedTime(start).TotalSeconds;

    /// <summary>
    /// The fit's sweeps: from a checkpoint where there is one, otherwise from the beginning. Raises <see cref="ExperimentException"/> where
    /// another build of the program stored the state.
    /// </summary>
    public IEnumerable<FitStep> Begin(Checkpoint? found)
    {
        if (found is null || run.Fit is not IResumableFit fit)
        {
            return run.Fit.Steps();
        }

        secondsBefore = found.FitSeconds;
        trace.Restore(found.Restarts);
        try
        {
            return fit.StepsAfter(found.State);
        }
        catch (StateLayoutException)
        {
            throw new ExperimentException(
                $"{path}: another build of vilab wrote this checkpoint, so its state cannot be read; run again without --resume"
            );
        }
    }

    public void AfterStep()
    {
        if (throttle.IsDue(interval))
        {
            Write();
        }
    }

    /// <summary>
    /// Keeps the last state of a fit that was stopped, and of one that is followed by others: should they be killed, it need not be
    /// repeated.
    /// </summary>
    public void End(FitOutcome outcome, bool othersFollow)
    {
        if (outcome.Cancelled || (othersFollow && outcome.Error is null))
        {
            Write();
        }
    }

    /// <summary>Why the last checkpoint could not be stored; null where it was. A fit goes on without.</summary>
    public string? Failure { get; private set; }

    private void Write()
    {
        if ((run.Fit as IResumableFit)?.State() is not { } state)
        {
            return;
        }

        try
        {
            Failure = null;
            Checkpoint.Of(run.Plan, run.Data?.Record.Sha256, trace, FitSeconds, state).Write(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Failure = error.Message.TrimEnd('.');
        }
    }
}
