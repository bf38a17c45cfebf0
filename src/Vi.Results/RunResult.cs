namespace Vi.Results;

/// <summary>
/// Everything one run leaves behind: the content of <c>result.json</c>, and all that a report is made from.
/// A report is a pure function of this record, so it can be rendered again without running inference. Every member of what is stored is
/// described in <c>docs/result.md</c>.
/// </summary>
public sealed record RunResult : IStoredRun
{
    public int SchemaVersion { get; init; } = ResultJson.SchemaVersion;
    public required string Name { get; init; }
    public string? Description { get; init; }
    public required OutcomeRecord Outcome { get; init; }
    public RunStatus Status => Outcome.Status;
    public string Reason { get; init; } = "";
    public Judgement? Verdict { get; init; }
    public ulong Seed { get; init; }
    public required string Algorithm { get; init; }
    public MethodRecord Method { get; init; } = new();
    public string? Label { get; init; }
    public int Iterations { get; init; }
    public ElboRecord? Elbo { get; init; }
    public LedgerRecord? Ledger { get; init; }
    public IReadOnlyList<RestartRecord> Restarts { get; init; } = [];
    public Posterior Posterior { get; init; } = [];
    public LinearResponseRecord? LinearResponse { get; init; }
    public CheckedPosteriorRecord? CheckedPosterior { get; init; }
    public JsonObject Parameters { get; init; } = [];
    public JsonObject Diagnostics { get; init; } = [];
    public required TimingRecord Timing { get; init; }
    public IReadOnlyList<Finding> Findings { get; init; } = [];
    public DataRecord? Data { get; init; }
    public required ModelRecord Model { get; init; }
    public IReadOnlyList<Exhibit> Exhibits { get; init; } = [];
    public JsonObject Configuration { get; init; } = [];
    public IReadOnlyDictionary<string, string> Versions { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
    public DateTimeOffset StartedAt { get; init; }
    public DrawsRecord? Draws { get; init; }

    IReadOnlyList<RunResult> IStoredRun.Results => [this];
}

/// <summary>How a result was found, as far as its reader must know it: findings and verdict are computed from this and the result.</summary>
public sealed record MethodRecord
{
    public string Iteration { get; init; } = "sweep";
    public IReadOnlyDictionary<string, string> Remedies { get; init; } = new Dictionary<string, string>();
    public int Starts { get; init; } = 1;
    public int? Chains { get; init; }
    public bool UsesWholeBudget { get; init; }
    public bool NeedsDensityOnly { get; init; }
    public bool IsStochastic { get; init; }
    public bool ReadsRowsOnce { get; init; }
    public Exactness Exactness { get; init; }
    public bool DependsOnStart { get; init; }
    public IReadOnlyList<string> ShownTruths { get; init; } = [];
}

/// <summary>How exact an algorithm's answer is, the more exact the later.</summary>
public enum Exactness
{
    Approximate,
    WithinFamily,
    UpToMonteCarloError,
}

/// <summary>Where the means and standard deviations come from that a check of the fit found.</summary>
/// <param name="Source">What the check did.</param>
/// <param name="Draws">Draws of the fit that were moved, or chains.</param>
/// <param name="Sweeps">Gibbs sweeps of each.</param>
public sealed record CheckedPosteriorRecord(CheckSource Source, int Draws, int Sweeps);

/// <summary>What a check of a fit by Gibbs sweeps did.</summary>
public enum CheckSource
{
    MovedDraws,
    DispersedChains,
}

/// <summary>Draws of the posterior for figures: at most a few thousand of an entry; all of them are in <c>draws.csv</c>.</summary>
public sealed record DrawsRecord(IReadOnlyList<string> Entries, IReadOnlyList<IReadOnlyList<double>> Values);

/// <summary>The evidence lower bound in nats.</summary>
public sealed record ElboRecord(double Value, IReadOnlyDictionary<string, double> Terms, IReadOnlyList<double> History)
{
    public IReadOnlyList<double> Seconds { get; init; } = [];
    public IReadOnlyList<double> Passes { get; init; } = [];
    public IReadOnlyList<BoundEstimate> Estimates { get; init; } = [];
}

/// <summary>The bound within a sweep, estimated from the minibatches of a stretch of it.</summary>
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
    public long? GradientEvaluations { get; init; }
    public long? LeapfrogSteps { get; init; }
    public double? LinearResponseSeconds { get; init; }
    public double? CheckSeconds { get; init; }
    public double? WarmupSeconds { get; init; }
    public double? SamplingSeconds { get; init; }
}

/// <summary>What a sampler's time went into.</summary>
/// <param name="LeapfrogSteps">Leapfrog steps after warm-up; null where there are none.</param>
/// <param name="WarmUpShare">Share of all leapfrog steps, or of all sweeps, that warm-up took.</param>
public sealed record SamplingRecord(long? LeapfrogSteps, double WarmUpShare);

/// <summary>One remark on a result.</summary>
public sealed record Finding(Severity Severity, string Code)
{
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();
    public IReadOnlyList<string> Subjects { get; init; } = [];
    public SettingChange? Setting { get; init; }
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
public sealed record SettingChange(string Path, JsonNode Value);

/// <summary>How grave a finding is, the graver the later.</summary>
public enum Severity
{
    Hint,
    Warning,
    Error,
}

/// <summary>The data of a run.</summary>
public sealed record DataRecord(
    long Rows,
    IReadOnlyList<string> Columns,
    string Sha256,
    string Source,
    IReadOnlyList<ColumnSummary> Summaries
)
{
    /// <summary>When the rows were observed; null where the file does not say.</summary>
    public TimeSpanRecord? Times { get; init; }

    /// <summary>The unit of all columns; null where unknown or none.</summary>
    public DataUnit? Unit { get; init; }

    /// <summary>Rows in a year; null where the rows are no returns.</summary>
    public double? RowsPerYear { get; init; }
}

/// <summary>What the number 1 means in a column of returns.</summary>
public enum DataUnit
{
    /// <summary>Unknown, or something else.</summary>
    None,
    Fraction,
    Percent,
}

/// <summary>The column that dates the rows, with its first and last date.</summary>
public sealed record TimeSpanRecord(string Column, DateTime First, DateTime Last);

/// <summary>Moments of a column's observed entries, in the column's own unit. <c>Role</c> is <c>column</c> or <c>target</c>.</summary>
public sealed record ColumnSummary(string Name, string Role, double Mean, double Sd, double Minimum, double Maximum)
{
    public long Missing { get; init; }
}

/// <summary>The model as a reader should see it.</summary>
public sealed record ModelRecord
{
    public required string Type { get; init; }
    public required string Title { get; init; }
    public required string Summary { get; init; }
    public IReadOnlyList<LabelledFormula> Formulas { get; init; } = [];
    public required string Approximation { get; init; }
    public IReadOnlyList<PriorRecord> Priors { get; init; } = [];
    public IReadOnlyDictionary<string, string> Settings { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
    public IReadOnlyList<LawRecord> Laws { get; init; } = [];
}

/// <summary>A formula in LaTeX with a label in words.</summary>
public sealed record LabelledFormula(string Label, string Latex, FormulaScope Holds = FormulaScope.Model);

/// <summary>What a formula holds for.</summary>
public enum FormulaScope
{
    Model,
    CoordinateAscent,
    Bound,
}

/// <summary>A law that covers a model.</summary>
public sealed record LawRecord(string Name, string Statement, string Formula, string Source);
