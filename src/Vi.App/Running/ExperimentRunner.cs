using Microsoft.Extensions.Logging;
using Vi.App.Configuration;
using Vi.App.Data;
using Vi.App.Findings;
using Vi.App.Models;
using Vi.App.Reports;
using Vi.App.Results;

namespace Vi.App.Running;

/// <summary>Runs one experiment: data, fit, result, files, report.</summary>
public sealed partial class ExperimentRunner(
    DataLoader data,
    FindingsAnalyser findings,
    IReportWriter reports,
    TimeProvider clock,
    ILogger<ExperimentRunner> log
)
{
    /// <summary>
    /// Checks an experiment as far as it goes without fitting: data and model together. Raises <see cref="ExperimentException"/> with
    /// located problems.
    /// </summary>
    public PreparedRun Prepare(LoadedExperiment experiment, int threads)
    {
        var start = clock.GetTimestamp();
        try
        {
            var loaded = data.Load(experiment);
            var settings = experiment.Settings;
            var truth = settings.Truth ?? loaded?.Truth ?? [];
            var fit = experiment.Model.Prepare(
                new FitRequest(
                    settings.Model.Settings,
                    loaded?.Dataset,
                    settings.Inference,
                    settings.Seed,
                    threads,
                    truth
                )
            );
            var seconds = clock.GetElapsedTime(start).TotalSeconds;
            DataLoaded(
                log,
                experiment.Name,
                loaded?.Dataset.RowCount ?? 0,
                loaded?.Dataset.ColumnNames.Count ?? 0,
                seconds
            );
            return new PreparedRun(experiment, loaded, fit, seconds);
        }
        catch (ExperimentException error)
        {
            throw experiment.Source.Locate(error);
        }
    }

    /// <summary>
    /// Runs an experiment and stores all that it leaves behind. A fit that breaks or is cancelled is stored too; what cannot be run at all
    /// raises <see cref="ExperimentException"/> and writes nothing.
    /// </summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="threads">Worker threads.</param>
    /// <param name="outputFolder">Folder of all runs.</param>
    /// <param name="resume">Whether to go on from the checkpoint that a stopped run left behind, where there is one.</param>
    /// <param name="progress">Where the fit's progress is shown.</param>
    /// <param name="cancellation">Stops the fit.</param>
    public RunResult Run(
        LoadedExperiment experiment,
        int threads,
        string outputFolder,
        bool resume,
        IRunProgress progress,
        CancellationToken cancellation
    )
    {
        var startedAt = clock.GetUtcNow();
        var inference = experiment.Settings.Inference;
        var trace = new FitTrace(clock);
        var folder = new RunFolder(outputFolder, experiment.Name);
        var (prepared, outcome, seconds) = progress.Show(
            experiment.Name,
            inference,
            report =>
            {
                var ready = Prepare(experiment, threads);
                var found = resume ? Checkpoint.Read(folder.CheckpointPath, ready) : null;
                folder.EnsureWritable();
                var checkpoints = new CheckpointKeeper(ready, trace, folder.CheckpointPath, clock);
                var ended = FitDriver.Pull(
                    ready.Fit,
                    checkpoints.Begin(found),
                    trace,
                    step =>
                    {
                        checkpoints.AfterStep();
                        report(step);
                    },
                    ready.Data?.Dataset.Interrupt ?? (static _ => { }),
                    cancellation
                );
                var fitSeconds = checkpoints.FitSeconds;
                checkpoints.End(ended);
                return (ready, ended, fitSeconds);
            }
        );
        if (outcome.Error is { } error)
        {
            FitBroke(log, error, experiment.Name);
        }

        var result = ResultAssembly.Assemble(prepared, outcome, trace, seconds) with { StartedAt = startedAt };
        result = findings.Analyse(result, inference, experiment.Model.DependsOnStart);
        var kept = trace.Restarts.FirstOrDefault(r => r.Restart == outcome.Answer?.Restart);
        folder.Store(result, kept);
        return Report(result, folder, kept, experiment.Settings.Report.Enabled);
    }

    /// <summary>
    /// Writes the report. It is made twice, as a report is a pure function of the stored result, and that holds the seconds that making it
    /// took.
    /// </summary>
    private RunResult Report(RunResult result, RunFolder folder, RestartTrace? kept, bool enabled)
    {
        if (!enabled)
        {
            folder.StoreReport(null);
            return result;
        }

        var start = clock.GetTimestamp();
        reports.Run(result);
        var seconds = clock.GetElapsedTime(start).TotalSeconds;
        var timed = result with { Timing = result.Timing with { ReportSeconds = seconds } };
        folder.Store(timed, kept);
        folder.StoreReport(reports.Run(timed));
        ReportWritten(log, folder.ReportPath, seconds);
        return timed;
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Run}: {Rows} rows of {Columns} columns ready in {Seconds:F3} s"
    )]
    private static partial void DataLoaded(ILogger logger, string run, int rows, int columns, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Run}: the fit broke")]
    private static partial void FitBroke(ILogger logger, Exception error, string run);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path} rendered in {Seconds:F3} s")]
    private static partial void ReportWritten(ILogger logger, string path, double seconds);
}

/// <summary>An experiment that is ready to be fitted.</summary>
/// <param name="Experiment">Its settings.</param>
/// <param name="Data">Its data; null for a model without.</param>
/// <param name="Fit">The fit.</param>
/// <param name="LoadSeconds">Seconds that reading the data and preparing the model took.</param>
public sealed record PreparedRun(LoadedExperiment Experiment, LoadedData? Data, IPreparedFit Fit, double LoadSeconds);
