using Spectre.Console;
using Vi.App.Configuration;
using Vi.App.Data;
using Vi.App.Hosting;
using Vi.App.Reports;
using Vi.App.Results;
using Vi.App.Running;

namespace Vi.App.Commands;

/// <summary>What <c>vilab run</c> was asked to do.</summary>
/// <param name="Paths">Files and folders.</param>
/// <param name="Assignments">Settings as <c>path=value</c>.</param>
/// <param name="OutputFolder">Folder of all runs.</param>
/// <param name="Threads">Worker threads.</param>
/// <param name="Resume">Whether to go on from a checkpoint.</param>
/// <param name="Quiet">Whether to say nothing but errors.</param>
public sealed record BatchRequest(
    IReadOnlyList<string> Paths,
    IReadOnlyList<string> Assignments,
    string OutputFolder,
    int Threads,
    bool Resume,
    bool Quiet
);

/// <summary>Runs experiments one after the other and says what came out.</summary>
public sealed class Batch(
    Shell shell,
    ExperimentFiles files,
    ExperimentRunner runner,
    FileFinder finder,
    IReportWriter reports
)
{
    /// <summary>
    /// Runs all experiments and answers with the exit code. All files are checked first; an experiment whose data cannot be used does not
    /// keep the others from running.
    /// </summary>
    public int Run(BatchRequest request, CancellationToken cancellation)
    {
        var overrides = new SettingOverrides(request.Assignments, shell.EnvironmentPrefix);
        var experiments = files.Load(request.Paths, overrides);
        var outputFolder = finder.Full(request.OutputFolder);
        var say = request.Quiet ? TextWriter.Null : shell.Out;
        var progress = Progress(request.Quiet);
        var results = new List<RunResult>();
        var isBadInput = false;
        foreach (var experiment in experiments.TakeWhile(_ => !cancellation.IsCancellationRequested))
        {
            if (request.Resume && !File.Exists(new RunFolder(outputFolder, experiment.Name).CheckpointPath))
            {
                say.WriteLine($"{experiment.Name}: there is no checkpoint to resume; the fit starts anew");
            }

            try
            {
                var result = runner.Run(
                    experiment,
                    request.Threads,
                    outputFolder,
                    request.Resume,
                    progress,
                    cancellation
                );
                results.Add(result);
                Summarise(result, new RunFolder(outputFolder, result.Name), say);
            }
            catch (ExperimentException error)
            {
                isBadInput = true;
                CommandLine.WriteProblems(shell, error);
            }
        }

        if (results.Count > 0)
        {
            WriteIndex(outputFolder, say, results);
        }

        return cancellation.IsCancellationRequested ? CommandLine.Cancelled
            : isBadInput ? CommandLine.BadInput
            : results.Exists(r => r.Status is "failed" or "diverged") ? CommandLine.Failed
            : CommandLine.Fine;
    }

    private IRunProgress Progress(bool quiet) =>
        quiet ? new SilentProgress()
        : shell.IsTerminal ? new LiveProgress(Terminal(), shell.Clock)
        : new PlainProgress(shell.Out, shell.Clock);

    private IAnsiConsole Terminal() =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(shell.Out) });

    private void Summarise(RunResult result, RunFolder folder, TextWriter say)
    {
        if (result.Status is "failed" or "diverged")
        {
            shell.Error.WriteLine($"error: {result.Name}: {result.Status}: {result.Reason}");
        }

        if (result.Verdict is { } verdict)
        {
            say.WriteLine($"{result.Name}: {verdict.Level}. {verdict.Sentence}");
        }

        foreach (var finding in result.Findings)
        {
            say.WriteLine($"  {finding.Severity}: {finding.Message}");
        }

        var page = File.Exists(folder.ReportPath) ? folder.ReportPath : Path.Combine(folder.Path, RunFolder.ResultFile);
        say.WriteLine($"  {Shown(page)}");
    }

    private void WriteIndex(string outputFolder, TextWriter say, List<RunResult> results)
    {
        var output = new OutputFolder(outputFolder, reports);
        foreach (var message in output.WriteIndex())
        {
            shell.Error.WriteLine($"warning: left out of the index: {message}");
        }

        if (results.Count > 1)
        {
            say.WriteLine();
            RunTable.Write(say, results);
            say.WriteLine();
            say.WriteLine($"All runs: {Shown(output.IndexPath)}");
        }
    }

    private string Shown(string path)
    {
        var relative = Path.GetRelativePath(shell.WorkingFolder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
