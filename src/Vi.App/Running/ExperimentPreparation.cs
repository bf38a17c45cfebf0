namespace Vi.App.Running;

internal sealed partial class ExperimentPreparation(
    FileFinder files,
    DataLimits limits,
    TimeProvider clock,
    ILogger<ExperimentPreparation> log
)
{
    /// <summary>
    /// Checks an experiment as far as it goes without fitting: data and model together, for each of its algorithms. The data are loaded
    /// once. Raises <see cref="ExperimentException"/> with located problems.
    /// </summary>
    /// <param name="allowCode">Whether an assembly that the experiment names may be executed.</param>
    /// <param name="cancellation">
    /// Stops the reading, with an <see cref="OperationCanceledException"/>, and later what the fit computes beyond its answer.
    /// </param>
    public IReadOnlyList<PreparedRun> Prepare(
        LoadedExperiment experiment,
        int threads,
        RowsWatch? watch = null,
        bool allowCode = false,
        CancellationToken cancellation = default
    )
    {
        watch ??= new RowsWatch(clock);
        watch.Cancellation = cancellation;
        try
        {
            return Interruptible.Run(
                () => PrepareNow(experiment, threads, watch, allowCode, cancellation),
                cancellation
            );
        }
        finally
        {
            watch.Cancellation = CancellationToken.None;
        }
    }

    private IReadOnlyList<PreparedRun> PrepareNow(
        LoadedExperiment experiment,
        int threads,
        RowsWatch watch,
        bool allowCode,
        CancellationToken cancellation
    )
    {
        var stamps = new FileStamps();
        var start = clock.GetTimestamp();
        try
        {
            var data = InNumbers("data", () => Load(experiment, threads, watch, stamps));
            var seconds = clock.GetElapsedTime(start).TotalSeconds;
            var (rows, columns) = (data?.Dataset.RowCount ?? 0, data?.Dataset.ColumnNames.Count ?? 0);
            DataLoaded(log, experiment.Name, rows, columns, seconds);
            PreparedRun Fit(FitPlan plan, int number)
            {
                var began = clock.GetTimestamp();
                var settings = experiment.Settings;
                var truth = settings.Truth ?? data?.Truth ?? [];
                var request = new FitRequest(
                    settings.Model.Settings,
                    data?.Dataset,
                    plan.Inference,
                    settings.Seed,
                    threads,
                    truth
                )
                {
                    Watch = watch.Saw,
                    Clock = clock,
                    FindFile = FindFile(experiment, stamps),
                    AllowCode = allowCode,
                    Cancellation = cancellation,
                };
                var fit = InNumbers("model", () => experiment.Model.Prepare(request));
                var taken = seconds + clock.GetElapsedTime(began).TotalSeconds;
                return new PreparedRun(experiment, plan, number, data, fit, taken) { Files = stamps };
            }

            var plans = experiment.Plans;
            return [.. plans.Select((plan, i) => FitPlans.Located(plans.Count, i, () => Fit(plan, i)))];
        }
        catch (ExperimentException error)
        {
            throw experiment.Source.Locate(error);
        }
    }

    /// <summary>
    /// What settings and data give; raises <see cref="ExperimentException"/> where that leaves the range of numbers, such as the variance of a
    /// prior standard deviation of 1e200, or the memory.
    /// </summary>
    private static T InNumbers<T>(string section, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception error) when (error is ArgumentException or ArithmeticException)
        {
            throw new ExperimentException(
                section,
                $"the numbers given here leave the range of double precision: {error.Message.ReplaceLineEndings(" ")}"
            );
        }
        catch (OutOfMemoryException)
        {
            throw new ExperimentException(section, "this takes more memory than there is; take fewer rows or columns");
        }
    }

    /// <summary>The data; null for a model that reads none.</summary>
    private LoadedData? Load(LoadedExperiment experiment, int threads, RowsWatch watch, FileStamps stamps)
    {
        if (experiment.Settings.Data is not { } data)
        {
            return null;
        }

        var request = RequestOf(experiment.Model) with
        {
            FindFile = FindFile(experiment, stamps),
            Seed = experiment.Settings.Seed,
            Threads = threads,
            Limits = limits,
            Watch = watch.SawOf,
        };
        return DataSourceCatalogue.Of(data).Read(data, request);
    }

    /// <summary>The data alone. Raises <see cref="ExperimentException"/> where they cannot be read.</summary>
    public LoadedData? Load(LoadedExperiment experiment) =>
        InNumbers("data", () => Load(experiment, 1, new RowsWatch(clock), new FileStamps()));

    /// <summary>What a model asks of its data.</summary>
    public static DataRequest RequestOf(IModel model) =>
        new()
        {
            HasTarget = model.DataNeed == DataNeed.ColumnsAndTarget,
            TakesGaps = model.TakesGaps,
            OrderMatters = model.IsSeries,
            AreReturns = model.ReadsReturns,
            TargetIsClass = model.TargetIsClass,
            FindFile = static (path, _) => Path.GetFullPath(path),
        };

    private Func<string, string, string> FindFile(LoadedExperiment experiment, FileStamps stamps) =>
        (path, setting) => stamps.Note(files.Existing(path, Path.GetDirectoryName(experiment.File)!, setting));

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Run}: {Rows} rows of {Columns} columns ready in {Seconds:F3} s"
    )]
    private static partial void DataLoaded(ILogger logger, string run, int rows, int columns, double seconds);
}

/// <summary>A fit of an experiment that is ready to start.</summary>
/// <param name="Number">Number among the experiment's fits, from 0.</param>
/// <param name="LoadSeconds">Seconds that reading the data and preparing the model took.</param>
internal sealed record PreparedRun(
    LoadedExperiment Experiment,
    FitPlan Plan,
    int Number,
    LoadedData? Data,
    IPreparedFit Fit,
    double LoadSeconds
)
{
    /// <summary>The files that were read.</summary>
    public FileStamps Files { get; init; } = new();

    /// <summary>The experiment's name, and the fit's label where there are several.</summary>
    public string Name => Plan.Label is null ? Experiment.Name : $"{Experiment.Name}, {Plan.Label}";

    /// <summary>Whether other fits of the experiment come after this one.</summary>
    public bool IsFollowed => Number < Experiment.Plans.Count - 1;
}
