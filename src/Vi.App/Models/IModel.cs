namespace Vi.App.Models;

/// <summary>
/// A model type as the application knows it: its settings, its words, and how to fit it. Adding a model is adding one class and
/// one line in <c>ModelCatalogue</c>.
/// </summary>
internal interface IModel
{
    /// <summary>The name in experiment files, e.g. <c>gaussian-mixture</c>.</summary>
    string Type { get; }

    /// <summary>The model in words and formulas; settings and laws are filled in by the runner.</summary>
    ModelRecord Description { get; }

    /// <summary>
    /// A record class whose properties, described on <c>docs/settings.md</c>, are the keys that the experiment's <c>model</c> object
    /// may have besides <c>type</c>.
    /// </summary>
    Type SettingsType { get; }

    /// <summary>What it provides to algorithms.</summary>
    Provision Provides { get; }

    /// <summary>The algorithm that it is fitted by where none is chosen; null for the first in the catalogue's order.</summary>
    Algorithm? Preferred => null;

    /// <summary>Algorithms that can fit it, the default first.</summary>
    IReadOnlyList<Algorithm> Algorithms => AlgorithmCatalogue.For(Provides, Preferred);

    DataNeed DataNeed { get; }

    /// <summary>
    /// Whether the bound has several optima, so that the answer depends on the start; then one restart only is worth a warning.
    /// </summary>
    bool DependsOnStart => false;

    /// <summary>Names of true values that figures show although the posterior has nothing of the name.</summary>
    IReadOnlyList<string> ShownTruths => [];

    /// <summary>The number of columns that it reads; null for any.</summary>
    int? ColumnCount => null;

    /// <summary>Settings without a default, as they suit a table.</summary>
    JsonObject Suited(DataRecord data) => [];

    /// <summary>Whether rows may have missing entries, which the model integrates out exactly.</summary>
    bool TakesGaps => false;

    /// <summary>Whether the rows are a series, which the model reads in their order.</summary>
    bool IsSeries => false;

    /// <summary>Whether its data are returns, whose volatility figures show in per cent a year.</summary>
    bool ReadsReturns => false;

    /// <summary>Whether the target is one of two classes.</summary>
    bool TargetIsClass => false;

    /// <summary>Why a known algorithm is none of <see cref="Algorithms"/>, and what to use; empty where there is nothing to say.</summary>
    string WhyNot(Algorithm algorithm) => "";

    /// <summary>A small complete experiment (<c>data</c>, <c>model</c>, <c>inference</c>) that <c>vilab new</c> writes.</summary>
    JsonObject Example { get; }

    /// <summary>
    /// Checks settings against data and makes the fit ready. Throws <c>ExperimentException</c> naming the setting where they do not
    /// go together (more components than rows, a prior matrix of the wrong size).
    /// </summary>
    IPreparedFit Prepare(FitRequest request);
}

/// <summary>What a model reads.</summary>
internal enum DataNeed
{
    None,
    Columns,

    /// <summary>Columns of which the last is the target.</summary>
    ColumnsAndTarget,
}

/// <summary>All that a fit depends on.</summary>
/// <param name="Settings">An instance of the model's settings type.</param>
/// <param name="Data">The data; null where the model needs none.</param>
/// <param name="Inference">Algorithm, budget, tolerance, restarts.</param>
/// <param name="Seed">Seed of the run's random stream.</param>
/// <param name="Threads">Worker threads; does not change the result.</param>
/// <param name="Truth">True parameter values by posterior name, where known; may be empty.</param>
internal sealed record FitRequest(
    object Settings,
    Dataset? Data,
    AlgorithmSettings Inference,
    ulong Seed,
    int Threads,
    JsonObject Truth
)
{
    /// <summary>
    /// Full path of a file that a setting names, from the experiment's folder, then from the working folder; the second argument is the
    /// setting's path, for messages.
    /// </summary>
    public Func<string, string, string> FindFile { get; init; } = static (path, _) => Path.GetFullPath(path);

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether the user allows the code that an experiment names to be executed.</summary>
    public bool AllowCode { get; init; }

    /// <summary>Stops what is computed beyond the answer.</summary>
    public CancellationToken Cancellation { get; init; }

    public bool IsStopped => Cancellation.IsCancellationRequested;

    /// <summary>Something beyond the answer; null where the run is stopped before it is there.</summary>
    public T? Extra<T>(Func<T> work)
        where T : class?
    {
        if (IsStopped)
        {
            return null;
        }

        try
        {
            return Interruptible.Run(work, Cancellation, TimeSpan.Zero);
        }
        catch (OperationCanceledException) when (IsStopped)
        {
            return null;
        }
    }

    /// <summary>Gets the number of rows of every block that a fold over the data has read; may raise an exception to end it.</summary>
    public Action<long> Watch { get; init; } = static _ => { };

    public Dataset RequireData() => Data ?? throw new ExperimentException("data", "this model needs data");

    /// <summary>The request with columns centred where they are to be standardised; see <see cref="Dataset.Centred"/>.</summary>
    public FitRequest Centred() => this with { Data = Data?.Centred() };

    public Rows Rows() => RequireData().Rows.WithThreads(Threads).Watched(Watch);

    /// <summary>The linear response of the kept sweep, where it was asked for and the sweep is an optimum.</summary>
    public AscentResponse Response<TPosterior>(Sweep<TPosterior> sweep, Func<LinearResponseCovariance> compute)
    {
        if (Inference is not CaviSettings cavi)
        {
            var subject = Inference.Algorithm.Name;
            return new(null, LinearResponseRecord.Of(LinearResponseRecord.NoOptimum) with { Subject = subject });
        }

        if (!cavi.LinearResponse || !sweep.IsAtOptimum)
        {
            return new(
                null,
                cavi.LinearResponse ? LinearResponseRecord.Of(LinearResponseRecord.FitNotConverged) : null
            );
        }

        var start = Clock.GetTimestamp();
        if (Extra(compute) is not { } response)
        {
            return new(null, null);
        }

        var record = CoreRecords.OfResponse(response.End) with { Seconds = Clock.GetElapsedTime(start).TotalSeconds };
        return new(response.IsUsable ? response : null, record);
    }

    /// <summary>A fit with the columns of the data, as it is stored and predicts new rows.</summary>
    public FittedModel Stored(FittedModel made)
    {
        var data = RequireData();
        var (columns, explained) = (data.ModelColumns, made.ModelColumns.Count);
        return made.WithColumns(
            columns.Take(explained),
            explained < columns.Count ? columns[^1] : null,
            data.Levels,
            data.Times?.Values.LastOrDefault(time => time is not null)
        );
    }

    public FitOptions FitOptions() => ((SweepSettings)Inference).ToOptions(Seed, Threads);
}

/// <summary>A fit ready to be pulled step by step; the driver prints, times, cancels.</summary>
internal interface IPreparedFit
{
    /// <summary>The priors in numbers, in the data's unit; none where a model has no table of them.</summary>
    IReadOnlyList<PriorRecord> Priors => [];

    /// <summary>
    /// The lazy sequence of sweeps, restart after restart. The driver may stop pulling at any time; <see cref="Finish"/> then
    /// answers with the best state that was reached.
    /// </summary>
    IEnumerable<FitStep> Steps();

    /// <summary>The answer of the best restart pulled so far: posterior, parameters, figures.</summary>
    FitAnswer Finish();
}

/// <summary>A fit that can be stored between two sweeps and taken up again.</summary>
internal interface IResumableFit : IPreparedFit
{
    /// <summary>The state after the last sweep pulled, as bytes; null before the first sweep.</summary>
    byte[]? State();

    /// <summary>
    /// The sweeps that follow a stored state, bit for bit those that would have followed it; <see cref="IPreparedFit.Finish"/> then
    /// answers as if the fit had never been interrupted.
    /// </summary>
    IEnumerable<FitStep> StepsAfter(byte[] state);
}

/// <summary>What a reader wants to know of one sweep.</summary>
/// <param name="Restart">Index of the restart, from 0.</param>
/// <param name="Iteration">Sweep within the restart, from 1.</param>
/// <param name="Elbo">The bound after it, in nats.</param>
/// <param name="Gain">What the sweep gained, in nats; not a number for the first.</param>
/// <param name="FactorGains">Gain by factor, in update order.</param>
/// <param name="Outcome">How the restart ended; null while it continues.</param>
internal sealed record FitStep(
    int Restart,
    int Iteration,
    double Elbo,
    double Gain,
    IReadOnlyList<KeyValuePair<string, double>> FactorGains,
    OutcomeRecord? Outcome
)
{
    /// <summary>
    /// Nats that a sweep of coordinate ascent would gain from here, where the algorithm is another and this is known; otherwise null.
    /// </summary>
    public double? Remaining { get; init; }

    /// <summary>
    /// Passes through the data, from the restart's beginning, that updates and refused extrapolations have used; null
    /// where nobody counts them.
    /// </summary>
    public double? Passes { get; init; }

    /// <summary>How far the run has come, where it counts something other than sweeps; otherwise null.</summary>
    public PhaseRecord? Phase { get; init; }

    /// <summary>Share of the whole fit that is done now, where that is known from the beginning; otherwise null.</summary>
    public double? Share { get; init; }

    /// <summary>Estimates of the bound within the sweep, where the algorithm makes them; their passes count from the restart's beginning.</summary>
    public IReadOnlyList<BoundEstimate> Estimates { get; init; } = [];
}

/// <summary>What a finished fit says; the runner adds what all runs have in common.</summary>
internal sealed record FitAnswer
{
    public int Restart { get; init; }

    /// <summary>The bound's terms, which add up to its value.</summary>
    public IReadOnlyDictionary<string, double> ElboTerms { get; init; } =
        new Dictionary<string, double>(StringComparer.Ordinal);

    public Posterior Posterior { get; init; } = [];

    /// <summary>Whether the run was stopped before all was computed that belongs to the answer.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Variational parameters by textbook name.</summary>
    public JsonObject Parameters { get; init; } = [];

    public JsonObject Diagnostics { get; init; } = [];

    public IReadOnlyList<Exhibit> Exhibits { get; init; } = [];

    /// <summary>Thinned draws for figures that compare fits, where the fit made draws; see <see cref="DrawTable.Thinned"/>.</summary>
    public DrawsRecord? ThinnedDraws { get; init; }

    /// <summary>What linear response came to; null where it was not asked for or does not belong to the algorithm.</summary>
    public LinearResponseRecord? LinearResponse { get; init; }

    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>The bound where something better than the last step's is known, in nats; null where the last step's is the answer.</summary>
    public double? Elbo { get; init; }

    /// <summary>False where the steps' objective is no bound, such as a sampler's log density.</summary>
    public bool HasBound { get; init; } = true;

    /// <summary>Checks and advice that only the algorithm can make; null where the gains of its sweeps are judged.</summary>
    public Vi.Results.Judgement? Judgement { get; init; }

    /// <summary>The fit against its posterior; null where nobody asked for it.</summary>
    public CheckedFit? Checked { get; init; }

    /// <summary>Gradients or values of log p that were evaluated; null where the algorithm needs none.</summary>
    public long? GradientEvaluations { get; init; }

    /// <summary>What a sampler's time went into; null for other algorithms.</summary>
    public SamplingRecord? Sampling { get; init; }

    /// <summary>Lines of <c>draws.csv</c>, one sequence a chain; null where there are no draws.</summary>
    public Func<IReadOnlyList<IEnumerable<string>>>? DrawFiles { get; init; }

    /// <summary>What predicts rows, in the place of which a program has its draws; null where there is no answer.</summary>
    public FittedModel? Fitted { get; init; }

    /// <summary>Settings with defaults resolved from the data, as short texts.</summary>
    public IReadOnlyDictionary<string, string> ResolvedSettings { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// What follows from the quantities: summaries with truths and standard deviations by linear response, and draws that figures compare.
    /// </summary>
    public static FitAnswer Of(
        FitRequest request,
        IReadOnlyList<PosteriorQuantity> quantities,
        AscentResponse? response = null
    ) =>
        new()
        {
            Posterior = [.. quantities.Select(quantity => quantity.Summary(request.Truth, response))],
            ThinnedDraws = DrawTable.OfFactors(quantities, request.Seed)?.Thinned(),
            LinearResponse = response?.Record is { } record
                ? CoreRecords.Named(record, new EntryNames(quantities))
                : null,
        };
}
