namespace Vi.Results;

/// <summary>
/// Everything one run leaves behind: the content of <c>result.json</c>, and all that a report is made from.
/// A report is a pure function of this record, so it can be rendered again without running inference.
/// </summary>
public sealed record RunResult : IStoredRun
{
    /// <summary>Version of this file's layout; raised when a reader of the old layout would misread the new one.</summary>
    public int SchemaVersion { get; init; } = ResultJson.SchemaVersion;

    /// <summary>Name of the run, also its folder below the output folder.</summary>
    public required string Name { get; init; }

    /// <summary>One line or two that the experiment file says about itself.</summary>
    public string? Description { get; init; }

    /// <summary>How the run ended.</summary>
    public required OutcomeRecord Outcome { get; init; }

    /// <summary>The outcome without its figures.</summary>
    public RunStatus Status => Outcome.Status;

    /// <summary>The outcome as a sentence with its figures, rendered when the result is stored.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Whether the answer can be used; null where the run failed before there was one.</summary>
    public Judgement? Verdict { get; init; }

    /// <summary>Seed of the random stream that the whole run was made from.</summary>
    public ulong Seed { get; init; }

    /// <summary>Name of the algorithm, e.g. <c>cavi</c>.</summary>
    public required string Algorithm { get; init; }

    /// <summary>What a reader must know of the algorithm, its settings and the model beside the algorithm's name.</summary>
    public MethodRecord Method { get; init; } = new();

    /// <summary>What comparisons call this fit; null where the run has no other.</summary>
    public string? Label { get; init; }

    /// <summary>Sweeps or steps of the kept (best) restart.</summary>
    public int Iterations { get; init; }

    /// <summary>The bound: value, terms and history in nats; null where the run failed.</summary>
    public ElboRecord? Elbo { get; init; }

    /// <summary>How many nats each factor's update gained, sweep by sweep.</summary>
    public LedgerRecord? Ledger { get; init; }

    /// <summary>Every restart, in order, with its outcome; empty where the model has one start only.</summary>
    public IReadOnlyList<RestartRecord> Restarts { get; init; } = [];

    /// <summary>Summaries of the posterior by quantity.</summary>
    public Posterior Posterior { get; init; } = [];

    /// <summary>What linear response came to; null where it was not asked for or does not belong to the algorithm.</summary>
    public LinearResponseRecord? LinearResponse { get; init; }

    /// <summary>Variational parameters under their textbook names (numbers, arrays, arrays of arrays).</summary>
    public JsonObject Parameters { get; init; } = [];

    /// <summary>Further figures by name (log evidence, gap, test error, effective components and the like).</summary>
    public JsonObject Diagnostics { get; init; } = [];

    /// <summary>Seconds spent, by stage.</summary>
    public required TimingRecord Timing { get; init; }

    /// <summary>Hints, warnings and errors computed from the result.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>What the data were; null for a model without data.</summary>
    public DataRecord? Data { get; init; }

    /// <summary>The model in words and formulas, with the laws that cover it.</summary>
    public required ModelRecord Model { get; init; }

    /// <summary>Figures and tables that belong to this model, in the order in which they are read.</summary>
    public IReadOnlyList<Exhibit> Exhibits { get; init; } = [];

    /// <summary>The effective configuration, overrides applied and defaults filled in: running it repeats the run.</summary>
    public JsonObject Configuration { get; init; } = [];

    /// <summary>Versions by name: vilab, .NET, operating system, processor.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>When the run started, in universal time.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Thinned draws of some entries for figures, where the fit made draws; null otherwise.</summary>
    public DrawsRecord? Draws { get; init; }

    IReadOnlyList<RunResult> IStoredRun.Results => [this];
}

/// <summary>How a result was found, as far as its reader must know it: findings and verdict are computed from this and the result.</summary>
public sealed record MethodRecord
{
    /// <summary>The word for an iteration, e.g. <c>sweep</c>.</summary>
    public string Iteration { get; init; } = "sweep";

    /// <summary>Paths of the settings that remedies change, e.g. <c>inference.maxIterations</c>.</summary>
    public IReadOnlyDictionary<string, string> Remedies { get; init; } = new Dictionary<string, string>();

    /// <summary>Independent starts.</summary>
    public int Starts { get; init; } = 1;

    /// <summary>Chains of a sampler; null for other algorithms.</summary>
    public int? Chains { get; init; }

    /// <summary>Whether the settings ask for the whole budget, so that spending it is no shortcoming.</summary>
    public bool UsesWholeBudget { get; init; }

    /// <summary>Whether the algorithm needs no more than a log density.</summary>
    public bool NeedsDensityOnly { get; init; }

    /// <summary>Whether its bound ends within noise of an optimum, not at it.</summary>
    public bool IsStochastic { get; init; }

    /// <summary>Whether it reads each row once, in the order of the rows.</summary>
    public bool ReadsRowsOnce { get; init; }

    /// <summary>How exact its answer is.</summary>
    public Exactness Exactness { get; init; }

    /// <summary>Whether the model's bound has several optima, so that the answer depends on the start.</summary>
    public bool DependsOnStart { get; init; }

    /// <summary>Names of true values that the model's figures show although the posterior has nothing of the name.</summary>
    public IReadOnlyList<string> ShownTruths { get; init; } = [];
}

/// <summary>How exact an algorithm's answer is, the more exact the later.</summary>
public enum Exactness
{
    /// <summary>An approximation that is itself fitted approximately.</summary>
    Approximate,

    /// <summary>The optimum of a factorised family, found without noise.</summary>
    WithinFamily,

    /// <summary>The posterior, up to Monte Carlo error.</summary>
    UpToMonteCarloError,
}

/// <summary>Draws of the posterior for figures: at most a few thousand of an entry; all of them are in <c>draws.csv</c>.</summary>
/// <param name="Entries">Names of the entries as everywhere: <c>mu</c>, <c>w[alcohol]</c>, <c>B[1,3]</c>.</param>
/// <param name="Values">The draws of each entry.</param>
public sealed record DrawsRecord(IReadOnlyList<string> Entries, IReadOnlyList<IReadOnlyList<double>> Values);

/// <summary>The evidence lower bound in nats.</summary>
/// <param name="Value">The bound after the last sweep.</param>
/// <param name="Terms">Its named terms, which add up to the value.</param>
/// <param name="History">The bound after each sweep of the kept restart.</param>
public sealed record ElboRecord(double Value, IReadOnlyDictionary<string, double> Terms, IReadOnlyList<double> History)
{
    /// <summary>Seconds from the kept restart's beginning to the end of each sweep; empty where they were not measured.</summary>
    public IReadOnlyList<double> Seconds { get; init; } = [];

    /// <summary>
    /// Passes through the data that the updates had used after each sweep, those that only compute a bound not counted; empty where
    /// nobody counts them.
    /// </summary>
    public IReadOnlyList<double> Passes { get; init; } = [];

    /// <summary>Estimates of the bound within the sweeps, where the algorithm makes them from minibatches.</summary>
    public IReadOnlyList<BoundEstimate> Estimates { get; init; } = [];
}

/// <summary>The bound within a sweep, estimated from the minibatches of a stretch of it.</summary>
/// <param name="Passes">Passes through the data, from the restart's beginning to the end of the stretch.</param>
/// <param name="Value">The estimate in nats.</param>
/// <param name="StandardError">Its standard error in nats; not a number for a single minibatch.</param>
public sealed record BoundEstimate(double Passes, double Value, double StandardError);

/// <summary>Gains in nats by factor: <c>Gains[f][s]</c> is what the update of <c>Factors[f]</c> gained in sweep s.</summary>
public sealed record LedgerRecord(IReadOnlyList<string> Factors, IReadOnlyList<IReadOnlyList<double>> Gains);

/// <summary>Outcome of one restart.</summary>
public sealed record RestartRecord(int Restart, double Elbo, int Iterations, RunStatus Status, bool Kept);

/// <summary>Seconds by stage; <c>SecondsPerIteration</c> is the fit's time over its sweeps, all restarts counted.</summary>
public sealed record TimingRecord(
    double LoadSeconds,
    double FitSeconds,
    double SecondsPerIteration,
    double ReportSeconds
)
{
    /// <summary>Gradients evaluated, where the algorithm uses gradients.</summary>
    public long? GradientEvaluations { get; init; }

    /// <summary>Leapfrog steps after warm-up, for samplers.</summary>
    public long? LeapfrogSteps { get; init; }

    /// <summary>Seconds that linear response took after coordinate ascent, which are not among those of the fit; null without.</summary>
    public double? LinearResponseSeconds { get; init; }

    /// <summary>Seconds that a check against the posterior took after the fit, which are not among those of the fit; null without.</summary>
    public double? CheckSeconds { get; init; }

    /// <summary>Seconds of warm-up, for samplers.</summary>
    public double? WarmupSeconds { get; init; }

    /// <summary>Seconds of the draws after warm-up, for samplers.</summary>
    public double? SamplingSeconds { get; init; }
}

/// <summary>What a sampler's time went into.</summary>
/// <param name="LeapfrogSteps">Leapfrog steps after warm-up; null where there are none.</param>
/// <param name="WarmUpShare">Share of all leapfrog steps, or of all sweeps, that warm-up took.</param>
public sealed record SamplingRecord(long? LeapfrogSteps, double WarmUpShare);

/// <summary>One remark on a result.</summary>
/// <param name="Severity">How grave it is.</param>
/// <param name="Code">A stable short code such as <c>few-rows</c>.</param>
public sealed record Finding(Severity Severity, string Code)
{
    /// <summary>Its figures by name.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();

    /// <summary>Names of columns, entries or fits that it concerns.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>A setting that would help; null where there is none.</summary>
    public SettingChange? Setting { get; init; }

    /// <summary>What was seen, what it means and what to do, in a sentence or two, rendered when the result is stored.</summary>
    public string Message { get; init; } = "";

    /// <summary>A finding with figures.</summary>
    public static Finding Of(Severity severity, string code, params ReadOnlySpan<(string Name, double Value)> figures)
    {
        var named = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in figures)
        {
            named[name] = value;
        }

        return new Finding(severity, code) { Figures = named };
    }
}

/// <summary>A setting and its new value.</summary>
/// <param name="Path">Its path, e.g. <c>model.factors</c>.</param>
/// <param name="Value">The value.</param>
public sealed record SettingChange(string Path, JsonNode Value);

/// <summary>How grave a finding is, the graver the later.</summary>
public enum Severity
{
    /// <summary>Good to know.</summary>
    Hint,

    /// <summary>The answer can be used with care.</summary>
    Warning,

    /// <summary>The answer is wrong.</summary>
    Error,
}

/// <summary>The data of a run.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Columns">Names of the columns used, the target last where there is one.</param>
/// <param name="Sha256">Hash of the file, or of the values where there is no file; lower-case hexadecimal.</param>
/// <param name="Source">Where they came from: a path as the experiment wrote it, or the generator's name.</param>
/// <param name="Summaries">Moments of each column.</param>
public sealed record DataRecord(
    long Rows,
    IReadOnlyList<string> Columns,
    string Sha256,
    string Source,
    IReadOnlyList<ColumnSummary> Summaries
);

/// <summary>Moments of a column's observed entries, in the column's own unit. <c>Role</c> is <c>column</c> or <c>target</c>.</summary>
public sealed record ColumnSummary(string Name, string Role, double Mean, double Sd, double Minimum, double Maximum)
{
    /// <summary>Entries that are missing.</summary>
    public long Missing { get; init; }
}

/// <summary>The model as a reader should see it.</summary>
public sealed record ModelRecord
{
    /// <summary>Its type in experiment files.</summary>
    public required string Type { get; init; }

    /// <summary>Its name in words.</summary>
    public required string Title { get; init; }

    /// <summary>What it says and when to use it: a paragraph.</summary>
    public required string Summary { get; init; }

    /// <summary>The generative model and the updates, one LaTeX formula each with a label.</summary>
    public IReadOnlyList<LabelledFormula> Formulas { get; init; } = [];

    /// <summary>The approximation: which factors q has, in words.</summary>
    public required string Approximation { get; init; }

    /// <summary>The priors in numbers, in the data's unit; none where a model has no table of them.</summary>
    public IReadOnlyList<PriorRecord> Priors { get; init; } = [];

    /// <summary>Settings with all defaults resolved, as short texts.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Laws that the tests check for this model.</summary>
    public IReadOnlyList<LawRecord> Laws { get; init; } = [];
}

/// <summary>A formula in LaTeX with a label in words.</summary>
/// <param name="Label">What it defines, in words.</param>
/// <param name="Latex">The formula.</param>
/// <param name="Holds">What it holds for; algorithms without closed updates show the model's formulas only.</param>
public sealed record LabelledFormula(string Label, string Latex, FormulaScope Holds = FormulaScope.Model);

/// <summary>What a formula holds for.</summary>
public enum FormulaScope
{
    /// <summary>The model, whatever the algorithm.</summary>
    Model,

    /// <summary>The closed updates of coordinate ascent.</summary>
    CoordinateAscent,

    /// <summary>The bound that coordinate ascent maximises.</summary>
    Bound,
}

/// <summary>A law that covers a model.</summary>
/// <param name="Name">Its name in the catalogue and in the tests.</param>
/// <param name="Statement">What always holds, in words.</param>
/// <param name="Formula">The same as LaTeX; may be empty.</param>
/// <param name="Source">Where it comes from.</param>
public sealed record LawRecord(string Name, string Statement, string Formula, string Source);
