namespace Vi.Results;

/// <summary>How a run ended, as codes; each has its own figures, named as in the list.</summary>
public enum OutcomeCode
{
    /// <summary>Coordinate ascent: <c>sweeps</c>, <c>gain</c> (nats) and <c>change</c> (posterior sd) of the last one.</summary>
    SweepGain,

    /// <summary>Stochastic inference: <c>epochs</c>; <c>gain</c> and <c>change</c> of a sweep of coordinate ascent over all rows.</summary>
    SweepWouldGain,

    /// <summary>Streaming: <c>batches</c>; <c>gain</c> and <c>change</c> of the last sweep over the last of them.</summary>
    StreamRead,

    /// <summary>ADVI, batch-and-match: <c>steps</c>, <c>drift</c> of the averages and the <c>accuracy</c> allowed (posterior sd).</summary>
    AveragesSettled,

    /// <summary>Fixed draws: <c>iterations</c>, <c>change</c> by a further step (posterior sd).</summary>
    StepWouldMove,

    /// <summary>Laplace: <c>gain</c> of a further Newton step (nats).</summary>
    NewtonDecrement,

    /// <summary>Pathfinder: paths <c>found</c> of <c>tried</c>.</summary>
    PathsFound,

    /// <summary>SVGD: <c>steps</c>, <c>force</c> and <c>tolerance</c> (posterior sd).</summary>
    ParticlesAtRest,

    /// <summary>Samplers: <c>chains</c>, <c>warmUp</c>, <c>draws</c>, <c>rHat</c>.</summary>
    ChainsAgree,

    /// <summary>Coordinate ascent: <c>sweeps</c>, <c>lastGain</c> (nats).</summary>
    SweepsSpent,

    /// <summary>Coordinate ascent: <c>sweeps</c>.</summary>
    TooFewSweepsToTell,

    /// <summary>Stochastic inference: <c>epochs</c>, <c>gain</c> that a sweep of coordinate ascent would make (nats).</summary>
    EpochsSpent,

    /// <summary>Stochastic inference without the bound of all rows: <c>epochs</c>.</summary>
    EpochsUnchecked,

    /// <summary>Streaming: <c>batches</c>, <c>lastGain</c> (nats).</summary>
    StreamGaining,

    /// <summary>ADVI, batch-and-match: <c>steps</c>, <c>drift</c>, <c>accuracy</c> (posterior sd).</summary>
    AveragesMoving,

    /// <summary>ADVI, batch-and-match: <c>steps</c>, <c>shift</c> when the rate was lowered, and the shift <c>allowed</c> (posterior sd).</summary>
    RateMatters,

    /// <summary>ADVI, batch-and-match: <c>steps</c>.</summary>
    TooFewStepsToTell,

    /// <summary>Fixed draws: <c>iterations</c>, <c>decrement</c> still promised (nats), <c>noLowerPoint</c> (1 where no point was better).</summary>
    GainPromised,

    /// <summary>SVGD: <c>steps</c>, <c>force</c>, <c>tolerance</c> (posterior sd).</summary>
    ParticlesMoving,

    /// <summary>Samplers: <c>chains</c>, <c>warmUp</c>, <c>draws</c>, <c>rHat</c>, <c>allowed</c>.</summary>
    ChainsDisagree,

    /// <summary>Samplers: <c>chains</c>, <c>warmUp</c>, <c>draws</c>; R-hat cannot be computed.</summary>
    ChainsUnchecked,

    /// <summary>Any engine: <c>steps</c>.</summary>
    StepsSpent,

    /// <summary>The bound fell: <c>sweep</c>, <c>fall</c> (nats).</summary>
    BoundFell,

    /// <summary>A term of the bound, in the detail, is not finite after this <c>sweep</c>.</summary>
    TermNotFinite,

    /// <summary>log p is not finite around this <c>step</c>.</summary>
    DensityNotFinite,

    /// <summary>log p is finite at no start.</summary>
    StartNotFinite,

    /// <summary>Laplace: the climb ended at this <c>logDensity</c> without a maximum's curvature.</summary>
    NoMode,

    /// <summary>Pathfinder: none of the paths <c>tried</c> found a normal.</summary>
    NoPath,

    /// <summary>Stopped by the user: after <c>step</c> of <c>restart</c> (from 1) of <c>restarts</c>; none before the first step.</summary>
    Cancelled,

    /// <summary>Broken by the error in the detail: after <c>step</c> of <c>restart</c> (from 1); none before the first step.</summary>
    Failed,
}

/// <summary>How a run ended.</summary>
/// <param name="Code">The case.</param>
/// <param name="Figures">The case's figures by name.</param>
public sealed record OutcomeRecord(OutcomeCode Code, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>A term's name, or an error's message; null where the case has none.</summary>
    public string? Detail { get; init; }

    /// <summary>How far a cancelled run had come, where its algorithm counts something other than iterations; otherwise null.</summary>
    public PhaseRecord? Phase { get; init; }

    /// <summary>The outcome without its figures.</summary>
    [JsonIgnore]
    public RunStatus Status =>
        Code switch
        {
            <= OutcomeCode.ChainsAgree => RunStatus.Converged,
            <= OutcomeCode.StepsSpent => RunStatus.BudgetSpent,
            <= OutcomeCode.NoPath => RunStatus.Diverged,
            OutcomeCode.Cancelled => RunStatus.Cancelled,
            _ => RunStatus.Failed,
        };
}

/// <summary>How a run ended, the graver the later.</summary>
public enum RunStatus
{
    /// <summary>The answer has settled.</summary>
    Converged,

    /// <summary>The budget was used up before.</summary>
    BudgetSpent,

    /// <summary>The user stopped it.</summary>
    Cancelled,

    /// <summary>There is no answer, or none that could be right.</summary>
    Diverged,

    /// <summary>An error broke it.</summary>
    Failed,
}

/// <summary>What algorithms on log densities count; each has its own figures, named as in the list.</summary>
public enum PhaseCode
{
    /// <summary>One-shot algorithms: nothing.</summary>
    WholeRun,

    /// <summary>ADVI, batch-and-match: <c>steps</c>.</summary>
    Steps,

    /// <summary>Fixed draws: <c>iterations</c>.</summary>
    Iterations,

    /// <summary>SVGD: <c>force</c> (posterior sd).</summary>
    Force,

    /// <summary>Samplers: <c>draws</c> of <c>all</c> in warm-up.</summary>
    WarmUp,

    /// <summary>Samplers: <c>draws</c> of <c>all</c> that are kept.</summary>
    Draws,
}

/// <summary>How far a run has come.</summary>
/// <param name="Code">What is counted.</param>
/// <param name="Figures">The case's figures by name.</param>
public sealed record PhaseRecord(PhaseCode Code, IReadOnlyDictionary<string, double> Figures);
