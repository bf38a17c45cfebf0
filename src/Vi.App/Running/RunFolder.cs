using System.IO.Enumeration;
using System.Text;
using Vi.Reports.Findings;

namespace Vi.App.Running;

/// <summary>The folder <c>OUT/NAME</c> of a run. The files of a result change together; checkpoints come and go while a run goes on.</summary>
internal sealed class RunFolder(string outputFolder, string name)
{
    public const string ResultFile = "result.json";
    public const string TraceFile = "trace.csv";
    private const string Checkpoints = "checkpoint*.json";
    private const string Draws = "draws*.csv";

    /// <summary>What runs write; other files in the folder are somebody else's.</summary>
    private static readonly string[] Own =
    [
        ResultFile,
        RunSummary.FileName,
        TraceFile,
        Draws,
        "posterior*.json",
        "rows.csv",
        "rows-fit*.csv",
        "report*.html",
        Checkpoints,
        AtomicFile.PartPattern,
    ];

    public string Path { get; } = System.IO.Path.Combine(outputFolder, name);

    /// <summary>Full path of the checkpoint of a run's only fit, or of one of several by its number from 0.</summary>
    public string CheckpointPath(int fit, int fits) => In(fits == 1 ? "checkpoint.json" : $"checkpoint-{fit + 1}.json");

    public bool HasCheckpoint => Matching(Checkpoints).Length > 0;

    public string ReportPath => In(ReportPages.Main);

    /// <summary>
    /// Makes sure before the fit that results can be written, and clears away what killed runs left; raises
    /// <see cref="ExperimentException"/> where they cannot.
    /// </summary>
    public void EnsureWritable()
    {
        WritableFolder.Ensure(outputFolder);
        AtomicFolder.RemoveLeftovers(Path, IsOwn);
        WritableFolder.Ensure(Path);
        AtomicFile.RemoveLeftovers(Path);
        AtomicFile.RemoveLeftovers(outputFolder);
    }

    /// <summary>Puts a run's files in the place of those that an earlier one left, all at once.</summary>
    /// <param name="keepsCheckpoints">Whether the run is not over, so that its checkpoints stay.</param>
    public void Replace(RunFiles files, bool keepsCheckpoints)
    {
        if (files.Pages.Count > 0)
        {
            StoreAssets(files.Run);
        }

        using var change = new AtomicFolder(Path, IsOwn);
        string New(string file) => System.IO.Path.Combine(change.Path, file);
        if (keepsCheckpoints)
        {
            Array.ForEach(Matching(Checkpoints), file => File.Copy(file, New(System.IO.Path.GetFileName(file))));
        }

        foreach (var (file, lines) in files.Draws)
        {
            AtomicFile.Create(New(file), lines.SelectMany(line => new[] { line, "\n" }));
        }

        foreach (var (file, text) in files.Posteriors)
        {
            AtomicFile.Create(New(file), [text]);
        }

        if (files.Traces.Count > 0)
        {
            AtomicFile.Create(New(TraceFile), [TraceText.Of(files.Traces)]);
        }

        foreach (var page in files.Pages)
        {
            AtomicFile.Create(New(page.File), [page.Html]);
        }

        AtomicFile.Create(New(ResultFile), [ResultJson.Serialize(files.Run)]);
        AtomicFile.Create(New(RunSummary.FileName), [RunSummaries.Of(files.Run).Serialize()]);
        change.Commit();
    }

    /// <summary>
    /// Analyses the stored result again, and stores what is concluded and its pages; draws and sweeps stay. Raises
    /// <see cref="ResultFileException"/> where the result is damaged, and changes nothing then.
    /// </summary>
    public void Analyse()
    {
        var (run, result, pages, summary) = Understood(stored =>
        {
            var run = FindingsAnalyser.Analyse(stored);
            return (run, ResultJson.Serialize(run), ReportPages.Of(run), RunSummaries.Of(run).Serialize());
        });
        StoreAssets(run);
        AtomicFile.WriteText(In(ResultFile), result);
        AtomicFile.WriteText(In(RunSummary.FileName), summary);
        var obsolete = Matching("report*.html").ToHashSet(StringComparer.Ordinal);
        foreach (var page in pages)
        {
            AtomicFile.WriteText(In(page.File), page.Html);
            obsolete.Remove(In(page.File));
        }

        Array.ForEach([.. obsolete], File.Delete);
    }

    /// <summary>Writes the files that pages refer to, before the pages; a file that is there is the same, since its name is that of its content.</summary>
    private void StoreAssets(IStoredRun run)
    {
        foreach (var asset in ReportPages.Assets(run))
        {
            var file = System.IO.Path.Combine(outputFolder, SharedAssets.Folder, asset.File);
            if (!File.Exists(file) || new FileInfo(file).Length != Encoding.UTF8.GetByteCount(asset.Text))
            {
                AtomicFile.WriteText(file, asset.Text);
            }
        }
    }

    /// <summary>Bytes of the stored draws.</summary>
    public long DrawBytes => Matching(Draws).Sum(file => new FileInfo(file).Length);

    public bool HasResult => File.Exists(In(ResultFile));

    /// <summary>What lists show of the run. Raises <see cref="ResultFileException"/> where its result is damaged.</summary>
    public RunSummary Summary() => RunSummary.Read(In(ResultFile)) ?? Understood(RunSummaries.Of);

    /// <summary>The stored result, analysed again. Raises <see cref="ResultFileException"/> where it is damaged.</summary>
    public IStoredRun Read() => Understood(FindingsAnalyser.Analyse);

    /// <summary>
    /// What is made of the stored result. A file that somebody changed may hold what no run writes, which shows wherever it is used.
    /// </summary>
    private T Understood<T>(Func<IStoredRun, T> use)
    {
        var path = In(ResultFile);
        var run = ResultJson.Read(path);
        try
        {
            return use(run);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw new ResultFileException(
                $"{path}: damaged: its values do not fit together. Run the experiment again.",
                error
            );
        }
    }

    private static bool IsOwn(string file) =>
        Array.Exists(Own, own => FileSystemName.MatchesSimpleExpression(own, file));

    private string In(string file) => System.IO.Path.Combine(Path, file);

    private string[] Matching(string pattern) => Directory.Exists(Path) ? Directory.GetFiles(Path, pattern) : [];
}

/// <summary>The files of a run that is over or was stopped.</summary>
/// <param name="Traces">Sweeps of the kept restarts, one for each fit that has an answer.</param>
/// <param name="Pages">The pages of its report.</param>
internal sealed record RunFiles(IStoredRun Run, IReadOnlyList<KeptTrace> Traces, IReadOnlyList<ReportPage> Pages)
{
    /// <summary>Lines of draws in CmdStan's format and of answers to rows, by the name of their file.</summary>
    public IReadOnlyList<(string File, IEnumerable<string> Lines)> Draws { get; init; } = [];

    /// <summary>Posteriors as JSON text, by the name of their file.</summary>
    public IReadOnlyList<(string File, string Text)> Posteriors { get; init; } = [];

    /// <summary>The name of a fit's file: with its number from 1 where a run has several.</summary>
    /// <param name="fit">Number of the fit from 0; null for a run's only one.</param>
    public static string OfFit(string stem, string extension, int? fit) =>
        fit is { } number ? $"{stem}-fit{number + 1}.{extension}" : $"{stem}.{extension}";

    /// <summary>
    /// The name of a file of draws: <c>draws.csv</c>, where there are several chains <c>draws-2.csv</c> and so on beside it, where there are
    /// several fits with the fit's number before it.
    /// </summary>
    /// <param name="fit">Number of the fit from 0; null for a run's only one.</param>
    /// <param name="chain">Number of the chain from 0.</param>
    public static string DrawFile(int? fit, int chain)
    {
        var stem = fit is { } number ? $"draws-fit{number + 1}" : "draws";
        return chain == 0 ? $"{stem}.csv" : $"{stem}-{chain + 1}.csv";
    }
}
