namespace Vi.App.Running;

/// <summary>The folder <c>OUT/NAME</c> of a run. Files are written beside and renamed.</summary>
internal sealed class RunFolder(string outputFolder, string name)
{
    public const string ResultFile = "result.json";

    public string Path { get; } = System.IO.Path.Combine(outputFolder, name);

    /// <summary>Full path of the checkpoint of a run's only fit, or of one of several by its number from 0.</summary>
    public string CheckpointPath(int fit, int fits) => In(fits == 1 ? "checkpoint.json" : $"checkpoint-{fit + 1}.json");

    public bool HasCheckpoint => Matching("checkpoint*.json").Length > 0;

    public void RemoveCheckpoints() => Array.ForEach(Matching("checkpoint*"), File.Delete);

    public string ReportPath => In(ReportPages.Main);

    /// <summary>Makes sure before the fit that results can be written; raises <see cref="ExperimentException"/> where they cannot.</summary>
    public void EnsureWritable() => WritableFolder.Ensure(Path);

    /// <summary>Stores a result and the sweeps of the kept restarts, one for each fit that has an answer.</summary>
    public void Store(IStoredRun run, IReadOnlyList<KeptTrace> traces)
    {
        StoreResult(run);
        var tracePath = In("trace.csv");
        if (traces.Count == 0)
        {
            File.Delete(tracePath);
        }
        else
        {
            AtomicFile.WriteText(tracePath, TraceText.Of(traces));
        }
    }

    public void StoreResult(IStoredRun run) => ResultJson.Write(In(ResultFile), run);

    /// <summary>
    /// Writes draws in CmdStan's format: <c>draws.csv</c>, where there are several chains <c>draws-2.csv</c> and so on beside it, where there
    /// are several fits with the fit's number before it.
    /// </summary>
    public void StoreDraws(int? fit, IReadOnlyList<IEnumerable<string>> chains)
    {
        foreach (var (chain, lines) in chains.Index())
        {
            var stem = fit is { } number ? $"draws-fit{number + 1}" : "draws";
            var file = chain == 0 ? $"{stem}.csv" : $"{stem}-{chain + 1}.csv";
            AtomicFile.WriteText(In(file), string.Join('\n', lines) + "\n");
        }
    }

    /// <summary>Removes draws of an earlier run, which would tell of another result.</summary>
    public void RemoveDraws() => Array.ForEach(Matching("draws*.csv"), File.Delete);

    /// <summary>Writes the pages of a report; others of an earlier run, which would tell of another result, are removed.</summary>
    public void StoreReport(IReadOnlyList<ReportPage> pages)
    {
        var obsolete = Matching("report*.html").ToHashSet(StringComparer.Ordinal);
        foreach (var page in pages)
        {
            AtomicFile.WriteText(In(page.File), page.Html);
            obsolete.Remove(In(page.File));
        }

        Array.ForEach([.. obsolete], File.Delete);
    }

    public bool HasResult => File.Exists(In(ResultFile));

    public IStoredRun Read() => ResultJson.Read(In(ResultFile));

    private string In(string file) => System.IO.Path.Combine(Path, file);

    private string[] Matching(string pattern) => Directory.Exists(Path) ? Directory.GetFiles(Path, pattern) : [];
}
