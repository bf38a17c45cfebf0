using Vi.App.Comparing;
using Vi.Reports.Findings;

namespace Vi.App.Running;

/// <summary>How an experiment is run.</summary>
/// <param name="Resume">Whether to go on from checkpoints, and to leave finished runs as they are.</param>
/// <param name="AllowCode">Whether an assembly that the experiment names may be executed.</param>
/// <param name="Say">Gets a line about what is not done as asked.</param>
internal sealed record RunOptions(string OutputFolder, int Threads, bool Resume, bool AllowCode, Action<string> Say);

internal sealed partial class ExperimentRunner(
    ExperimentPreparation preparation,
    StopGraces graces,
    TimeProvider clock,
    ILogger<ExperimentRunner> log
)
{
    /// <summary>
    /// Runs an experiment, one algorithm after the other, and stores all that it leaves behind. A fit that breaks or is cancelled is stored
    /// too; what cannot be run at all raises <see cref="ExperimentException"/> and writes nothing.
    /// </summary>
    public IStoredRun Run(
        LoadedExperiment experiment,
        RunOptions options,
        RunProgress progress,
        CancellationToken cancellation
    )
    {
        var folder = new RunFolder(options.OutputFolder, experiment.Name);
        var watch = new RowsWatch(clock);
        Rehearsal.Begin(experiment);
        var prepared = progress.Load(
            experiment.Name,
            show =>
            {
                watch.Show = show;
                return preparation.Prepare(experiment, options.Threads, watch, options.AllowCode, cancellation);
            }
        );
        folder.EnsureWritable();
        if (options.Resume && !folder.HasCheckpoint)
        {
            if (FinishedRun.Of(folder, experiment, prepared) is { } finished)
            {
                options.Say($"{experiment.Name}: finished before; nothing to resume");
                return finished;
            }

            options.Say($"{experiment.Name}: there is no checkpoint to resume; the fit starts anew");
        }

        List<FittedRun> fits = [];
        foreach (var run in prepared.TakeWhile(_ => fits.Count == 0 || !cancellation.IsCancellationRequested))
        {
            fits.Add(Fit(run, folder, options.Resume, watch, progress, cancellation));
        }

        return Store(experiment, folder, fits, options.Say, cancellation);
    }

    /// <summary>Pulls one fit to its end and puts its result together.</summary>
    private FittedRun Fit(
        PreparedRun run,
        RunFolder folder,
        bool resume,
        RowsWatch watch,
        RunProgress progress,
        CancellationToken cancellation
    )
    {
        var startedAt = clock.GetUtcNow();
        var path = folder.CheckpointPath(run.Number, run.Experiment.Plans.Count);
        var found = resume ? Checkpoint.Read(path, run) : null;
        watch.RowCount = run.Data?.Dataset.RowCount ?? 0;
        CheckpointKeeper? keeper = null;
        var (outcome, trace, seconds) = progress.Fit(
            run.Name,
            run.Plan.Inference,
            display =>
            {
                watch.Show = display.Reading;
                watch.FitBegins();
                var sweeps = new FitTrace(clock);
                var checkpoints = keeper = new CheckpointKeeper(run, sweeps, path, clock);
                void AfterStep(Models.FitStep step)
                {
                    watch.SweepEnded(step.Outcome is not null);
                    checkpoints.AfterStep();
                    display.Swept(step);
                }

                var ended = FitDriver.Pull(
                    run.Fit,
                    checkpoints.Begin(found),
                    sweeps,
                    AfterStep,
                    watch,
                    graces,
                    cancellation
                );
                var taken = checkpoints.FitSeconds;
                checkpoints.End(ended, run.IsFollowed);
                return (ended, sweeps, taken);
            }
        );
        if (outcome.Error is { } error)
        {
            FitBroke(log, error, run.Name);
        }

        var assembled = ResultAssembly.Assemble(run, outcome, trace, seconds);
        var result = assembled with
        {
            StartedAt = startedAt,
            Findings = [.. assembled.Findings, .. AroundTheFit(run, keeper)],
        };
        var kept = trace.Restarts.FirstOrDefault(restart => restart.Restart == outcome.Answer?.Restart);
        return new FittedRun(
            run,
            FindingsAnalyser.Analyse(result),
            kept is null ? null : new KeptTrace(run.Plan.Label, kept),
            outcome.Answer?.DrawFiles,
            outcome.Answer?.Fitted?.As(run.Experiment.Model.Type, run.Plan.Inference.Algorithm.Name)
        );
    }

    /// <summary>What happened to files while the fit ran.</summary>
    private static IEnumerable<Finding> AroundTheFit(PreparedRun run, CheckpointKeeper? keeper)
    {
        if (run.Files.Changed() is { Count: > 0 } changed)
        {
            yield return Finding.Of(Severity.Warning, "data-file-changed") with
            {
                Subjects = changed,
            };
        }

        if (keeper?.Failure is { } failure)
        {
            yield return Finding.Of(Severity.Hint, "checkpoint-not-stored") with
            {
                Subjects = [failure],
            };
        }
    }

    /// <summary>
    /// Writes all files of a run in the place of an earlier one's. Pages are made once; what they took is stored beside the result, which
    /// does not show it. A result is stored even where its pages cannot be made.
    /// </summary>
    private IStoredRun Store(
        LoadedExperiment experiment,
        RunFolder folder,
        List<FittedRun> fits,
        Action<string> say,
        CancellationToken cancellation
    )
    {
        var stored = Joined(experiment, [.. fits.Select(fit => fit.Result)]);
        var output = experiment.Settings.Output;
        int? Number(FittedRun fit) => experiment.Plans.Count == 1 ? null : fit.Run.Number;
        var start = clock.GetTimestamp();
        IReadOnlyList<ReportPage> pages = [];
        List<(string, IEnumerable<string>)> rows = [];
        try
        {
            if (output.Rows)
            {
                rows = Interruptible.Run(
                    () => fits.SelectMany(fit => AnsweredRows(fit, Number(fit))).ToList(),
                    cancellation,
                    graces.Pages
                );
            }

            if (experiment.Settings.Report.Enabled)
            {
                pages = Interruptible.Run(() => ReportPages.Of(stored), cancellation, graces.Pages);
                var seconds = clock.GetElapsedTime(start).TotalSeconds;
                stored = stored is ComparedRuns compared
                    ? compared with
                    {
                        Results = [.. compared.Results.Select(result => Timed(result, seconds))],
                    }
                    : Timed(stored.Results[0], seconds);
                ReportWritten(log, folder.ReportPath, seconds);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            say($"{experiment.Name}: stopped before all files were made: vilab report {folder.Path} draws the report");
        }
        finally
        {
            // A run that was stopped between two fits has no fit that was cancelled, and is not over.
            var isOver =
                fits.Count == experiment.Plans.Count
                && fits.TrueForAll(fit => fit.Result.Status is not (RunStatus.Cancelled or RunStatus.Failed));
            var files = new RunFiles(stored, [.. fits.Select(fit => fit.Trace).OfType<KeptTrace>()], pages)
            {
                Draws =
                [
                    .. output.Draws == DrawsFormat.None ? [] : fits.SelectMany(fit => Draws(fit, Number(fit))),
                    .. rows,
                ],
                Posteriors =
                [
                    .. fits.Where(fit => fit.Fitted is not null)
                        .Select(fit => (RunFiles.OfFit("posterior", "json", Number(fit)), fit.Fitted!.ToJson())),
                ],
            };
            folder.Replace(files, keepsCheckpoints: !isOver);
        }

        return stored;
    }

    private static IEnumerable<(string, IEnumerable<string>)> Draws(FittedRun fit, int? number) =>
        (fit.DrawFiles?.Invoke() ?? []).Select((lines, chain) => (RunFiles.DrawFile(number, chain), lines));

    /// <summary>What the fit predicts for its own rows; none where it predicts nothing.</summary>
    private static IEnumerable<(string, IEnumerable<string>)> AnsweredRows(FittedRun fit, int? number) =>
        fit is { Fitted: { CanPredict: true } fitted, Run.Data.Dataset: { } data }
            ?
            [
                (
                    RunFiles.OfFit("rows", "csv", number),
                    RowText.Lines(fitted, RowKeys.Of(data.Times, data.RowCount), RowText.Predict(fitted, data)).ToList()
                ),
            ]
            : [];

    /// <summary>The results of an experiment as it stores them: one, or a comparison.</summary>
    internal static IStoredRun Joined(LoadedExperiment experiment, IReadOnlyList<RunResult> results) =>
        experiment.Plans.Count == 1
            ? results[0]
            : new ComparedRuns
            {
                Name = experiment.Name,
                Description = experiment.Settings.Description,
                Results = results,
                Comparison = DrawComparison.Of(results),
                Configuration = experiment.Configuration,
            };

    private static RunResult Timed(RunResult result, double reportSeconds) =>
        result with
        {
            Timing = result.Timing with { ReportSeconds = reportSeconds },
        };

    /// <summary>A fit that has ended.</summary>
    /// <param name="Trace">The sweeps of the kept restart; null where there is no answer.</param>
    /// <param name="DrawFiles">Lines of its draws, one sequence a chain; null where there are none.</param>
    /// <param name="Fitted">What predicts rows; null where there is no answer.</param>
    private sealed record FittedRun(
        PreparedRun Run,
        RunResult Result,
        KeptTrace? Trace,
        Func<IReadOnlyList<IEnumerable<string>>>? DrawFiles,
        FittedModel? Fitted
    );

    [LoggerMessage(Level = LogLevel.Error, Message = "{Run}: the fit broke")]
    private static partial void FitBroke(ILogger logger, Exception error, string run);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path} rendered in {Seconds:F3} s")]
    private static partial void ReportWritten(ILogger logger, string path, double seconds);
}
