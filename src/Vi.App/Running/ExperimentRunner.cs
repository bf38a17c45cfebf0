using Microsoft.Extensions.Logging;
using Vi.App.Comparing;
using Vi.App.Configuration;
using Vi.App.Data;
using Vi.App.Hosting;
using Vi.App.Models;
using Vi.Reports;
using Vi.Reports.Findings;
using Vi.Results;

namespace Vi.App.Running;

/// <summary>Runs one experiment: data, fits, results, files, report.</summary>
public sealed partial class ExperimentRunner(
    FileFinder files,
    Shell shell,
    IReportWriter reports,
    TimeProvider clock,
    ILogger<ExperimentRunner> log
)
{
    /// <summary>
    /// Checks an experiment as far as it goes without fitting: data and model together, for each of its algorithms. The data are loaded
    /// once. Raises <see cref="ExperimentException"/> with located problems.
    /// </summary>
    public IReadOnlyList<PreparedRun> Prepare(LoadedExperiment experiment, int threads) =>
        Prepare(experiment, threads, new RowsWatch(clock));

    private List<PreparedRun> Prepare(LoadedExperiment experiment, int threads, RowsWatch watch)
    {
        var start = clock.GetTimestamp();
        try
        {
            var loaded = Load(experiment, threads, watch);
            var seconds = clock.GetElapsedTime(start).TotalSeconds;
            DataLoaded(
                log,
                experiment.Name,
                loaded?.Dataset.RowCount ?? 0,
                loaded?.Dataset.ColumnNames.Count ?? 0,
                seconds
            );
            return
            [
                .. experiment.Plans.Select(
                    (plan, i) =>
                        FitPlans.Located(
                            experiment.Plans.Count,
                            i,
                            () => Prepare(experiment, plan, loaded, threads, watch, seconds)
                        )
                ),
            ];
        }
        catch (ExperimentException error)
        {
            throw experiment.Source.Locate(error);
        }
    }

    /// <summary>Loads the data; null for a model that reads none.</summary>
    private LoadedData? Load(LoadedExperiment experiment, int threads, RowsWatch watch)
    {
        var (settings, model) = (experiment.Settings, experiment.Model);
        return settings.Data is not { } data
            ? null
            : DataSourceCatalogue
                .Of(data)
                .Read(
                    data,
                    new DataRequest
                    {
                        HasTarget = model.DataNeed == DataNeed.ColumnsAndTarget,
                        TakesGaps = model.TakesGaps,
                        FindFile = FindFile(experiment),
                        Seed = settings.Seed,
                        Threads = threads,
                        NumbersInMemory = shell.NumbersInMemory,
                        Watch = (read, rows) =>
                        {
                            watch.RowCount = rows;
                            watch.Saw(read);
                        },
                    }
                );
    }

    private Func<string, string, string> FindFile(LoadedExperiment experiment) =>
        (path, setting) => files.Existing(path, Path.GetDirectoryName(experiment.File)!, setting);

    private PreparedRun Prepare(
        LoadedExperiment experiment,
        FitPlan plan,
        LoadedData? loaded,
        int threads,
        RowsWatch watch,
        double loadSeconds
    )
    {
        var start = clock.GetTimestamp();
        var settings = experiment.Settings;
        var truth = settings.Truth ?? loaded?.Truth ?? [];
        var fit = experiment.Model.Prepare(
            new FitRequest(settings.Model.Settings, loaded?.Dataset, plan.Inference, settings.Seed, threads, truth)
            {
                Watch = watch.Saw,
                Clock = clock,
                FindFile = FindFile(experiment),
            }
        );
        return new PreparedRun(experiment, plan, loaded, fit, loadSeconds + clock.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>
    /// Runs an experiment, one algorithm after the other, and stores all that it leaves behind. A fit that breaks or is cancelled is stored
    /// too; what cannot be run at all raises <see cref="ExperimentException"/> and writes nothing.
    /// </summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="threads">Worker threads.</param>
    /// <param name="outputFolder">Folder of all runs.</param>
    /// <param name="resume">Whether to go on from the checkpoint that a stopped run left behind, where there is one.</param>
    /// <param name="progress">Where the fit's progress is shown.</param>
    /// <param name="cancellation">Stops the fit.</param>
    public IStoredRun Run(
        LoadedExperiment experiment,
        int threads,
        string outputFolder,
        bool resume,
        IRunProgress progress,
        CancellationToken cancellation
    )
    {
        var folder = new RunFolder(outputFolder, experiment.Name);
        var watch = new RowsWatch(clock);
        List<PreparedRun>? prepared = null;
        var results = new List<RunResult>();
        var traces = new List<KeptTrace>();
        var draws = new List<(int? Fit, Func<IReadOnlyList<IEnumerable<string>>> Files)>();
        foreach (var (number, plan) in experiment.Plans.Index())
        {
            if (results.Count > 0 && cancellation.IsCancellationRequested)
            {
                break;
            }

            var startedAt = clock.GetUtcNow();
            var name = plan.Label is null ? experiment.Name : $"{experiment.Name}, {plan.Label}";
            var (run, outcome, trace, seconds) = progress.Show(
                name,
                plan.Inference,
                display =>
                {
                    watch.Display = display;
                    prepared ??= Prepare(experiment, threads, watch);
                    folder.EnsureWritable();
                    var path = folder.CheckpointPath(number, prepared.Count);
                    return Fit(prepared[number], path, resume, number < prepared.Count - 1, watch, cancellation);
                }
            );
            if (outcome.Error is { } error)
            {
                FitBroke(log, error, name);
            }

            var result = ResultAssembly.Assemble(run, outcome, trace, seconds) with { StartedAt = startedAt };
            if (outcome.Answer?.DrawFiles is { } files)
            {
                draws.Add((experiment.Plans.Count == 1 ? null : number, files));
            }

            results.Add(FindingsAnalyser.Analyse(result));
            if (trace.Restarts.FirstOrDefault(r => r.Restart == outcome.Answer?.Restart) is { } kept)
            {
                traces.Add(new KeptTrace(plan.Label, kept));
            }
        }

        IStoredRun Stored() => experiment.Plans.Count == 1 ? results[0] : Compared(experiment, results);
        // What an earlier run left stays until there is something in its place.
        folder.RemoveDraws();
        draws.ForEach(fit => folder.StoreDraws(fit.Fit, fit.Files()));
        folder.Store(Stored(), traces);
        // A run that was stopped between two fits has no fit that was cancelled, and is not over.
        if (
            results.Count == experiment.Plans.Count
            && results.TrueForAll(result => result.Status is not ("cancelled" or "failed"))
        )
        {
            folder.RemoveCheckpoints();
        }

        if (!experiment.Settings.Report.Enabled)
        {
            folder.StoreReport([]);
            return Stored();
        }

        TimeReports(results);
        folder.Store(Stored(), traces);
        folder.StoreReport(reports.Run(Stored()));
        ReportWritten(log, folder.ReportPath, results[0].Timing.ReportSeconds);
        return Stored();
    }

    private (PreparedRun Run, FitOutcome Outcome, FitTrace Trace, double Seconds) Fit(
        PreparedRun run,
        string checkpoint,
        bool resume,
        bool othersFollow,
        RowsWatch watch,
        CancellationToken cancellation
    )
    {
        var found = resume ? Checkpoint.Read(checkpoint, run) : null;
        watch.RowCount = run.Data?.Dataset.RowCount ?? 0;
        watch.FitBegins();
        var trace = new FitTrace(clock);
        var checkpoints = new CheckpointKeeper(run, trace, checkpoint, clock);
        var outcome = FitDriver.Pull(
            run.Fit,
            checkpoints.Begin(found),
            trace,
            step =>
            {
                watch.SweepEnded(step.Status is not null);
                checkpoints.AfterStep();
                watch.Display?.Swept(step);
            },
            token => watch.Cancellation = token,
            cancellation
        );
        var seconds = checkpoints.FitSeconds;
        checkpoints.End(outcome, othersFollow);
        return (run, outcome, trace, seconds);
    }

    private static ComparedRuns Compared(LoadedExperiment experiment, List<RunResult> results) =>
        new()
        {
            Name = experiment.Name,
            Description = experiment.Settings.Description,
            Results = results,
            Comparison = DrawComparison.Of(results),
            Configuration = experiment.Configuration,
        };

    /// <summary>
    /// Makes each result's page once for the clock. It is made twice, as a report is a pure function of the stored result, and that holds
    /// the seconds that making it took.
    /// </summary>
    private void TimeReports(List<RunResult> results)
    {
        for (var i = 0; i < results.Count; i++)
        {
            var start = clock.GetTimestamp();
            reports.Run(results[i]);
            var seconds = clock.GetElapsedTime(start).TotalSeconds;
            results[i] = results[i] with { Timing = results[i].Timing with { ReportSeconds = seconds } };
        }
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
/// <param name="Plan">The algorithm.</param>
/// <param name="Data">Its data; null for a model without.</param>
/// <param name="Fit">The fit.</param>
/// <param name="LoadSeconds">Seconds that reading the data and preparing the model took.</param>
public sealed record PreparedRun(
    LoadedExperiment Experiment,
    FitPlan Plan,
    LoadedData? Data,
    IPreparedFit Fit,
    double LoadSeconds
);
