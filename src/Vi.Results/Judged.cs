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

    /// <summary>ADVI: <c>steps</c>, <c>drift</c> of the averages and the <c>accuracy</c> allowed (posterior sd).</summary>
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

    /// <summary>ADVI: <c>steps</c>, <c>drift</c>, <c>accuracy</c> (posterior sd).</summary>
    AveragesMoving,

    /// <summary>ADVI: <c>steps</c>, <c>shift</c> when the rate was lowered, and the shift <c>allowed</c> (posterior sd).</summary>
    RateMatters,

    /// <summary>ADVI: <c>steps</c>.</summary>
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

    /// <summary>ADVI: <c>steps</c>.</summary>
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

/// <summary>What linear response came to; each has its own figures, named as in the list.</summary>
public enum ResponseCode
{
    /// <summary>Coordinate ascent: the covariances can be used.</summary>
    ResponseFound,

    /// <summary>Fixed draws: the covariances can be used.</summary>
    CurvatureFound,

    /// <summary><c>count</c> quantities, <c>most</c> allowed.</summary>
    TooManyQuantities,

    /// <summary>Rows that sweeps would read at least: <c>reads</c>, <c>most</c> allowed.</summary>
    TooManyReads,

    /// <summary>q has no finite positive variance of the subject.</summary>
    NoVariance,

    /// <summary>Coordinate ascent had not settled <c>sweeps</c> further on.</summary>
    FitNotSettled,

    /// <summary>Coordinate ascent had not settled <c>sweeps</c> after the subject was tilted.</summary>
    ResponseNotSettled,

    /// <summary>Opposite tilts of the subject have no opposite effects.</summary>
    NotLinear,

    /// <summary>The response is no covariance; the subject has the least variance.</summary>
    NotAMaximum,

    /// <summary>Fixed draws: the bound's curvature is not that of a maximum.</summary>
    NotACurvature,

    /// <summary>Fixed draws: <c>count</c> coordinates, <c>most</c> allowed.</summary>
    TooManyCoordinates,

    /// <summary>The fit has not converged.</summary>
    FitNotConverged,

    /// <summary>The algorithm, which is the subject, ends near an optimum at best.</summary>
    NoOptimum,

    /// <summary>Rotations of factors leave the bound nearly unchanged.</summary>
    Rotations,
}

/// <summary>What linear response came to.</summary>
/// <param name="Code">The case.</param>
/// <param name="Figures">The case's figures by name.</param>
public sealed record LinearResponseRecord(ResponseCode Code, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>A quantity, or the algorithm; null where the case has none.</summary>
    public string? Subject { get; init; }

    /// <summary>Whether summaries have standard deviations by linear response.</summary>
    public bool Found => Code <= ResponseCode.CurvatureFound;

    /// <summary>Seconds that it took; a result has them among its timing.</summary>
    [JsonIgnore]
    public double Seconds { get; init; }

    /// <summary>A case without figures.</summary>
    public static LinearResponseRecord Of(ResponseCode code) => new(code, new Dictionary<string, double>());
}

/// <summary>What a check measures.</summary>
public enum CheckCode
{
    /// <summary>Tail shape of the importance weights.</summary>
    ParetoK,

    /// <summary>Share of the importance weight beyond the largest weight seen.</summary>
    UnseenWeight,

    /// <summary>Independent draws that the weighted ones are worth.</summary>
    EffectiveDraws,

    /// <summary>Share of draws with a finite log density.</summary>
    ShareInSupport,

    /// <summary>Places at which independent climbs ended.</summary>
    Modes,

    /// <summary>Average variance of the particles by Stein's identity over the right one.</summary>
    SteinSpread,

    /// <summary>Drift of averaged parameters (posterior sd).</summary>
    AveragesDrift,

    /// <summary>Shift of averaged parameters when the rate was lowered (posterior sd).</summary>
    RateShift,

    /// <summary>Move by a further step (posterior sd).</summary>
    StepMove,

    /// <summary>Force on the particles (posterior sd).</summary>
    ParticleForce,

    /// <summary>Modes found with a maximum's curvature.</summary>
    ModeCurvature,

    /// <summary>Paths that found a normal.</summary>
    FoundPaths,

    /// <summary>Largest shift of a mean by importance weighting (sd).</summary>
    MeanShift,

    /// <summary>Largest absolute logarithm of the change of a standard deviation by importance weighting.</summary>
    SpreadShift,

    /// <summary>Monte Carlo error of a mean over the choice of the fixed draws (sd).</summary>
    FixedDrawsError,

    /// <summary>Largest R-hat.</summary>
    RHat,

    /// <summary>Smallest effective sample size.</summary>
    EffectiveSampleSize,

    /// <summary>Diverged trajectories.</summary>
    Divergences,

    /// <summary>Smallest E-BFMI.</summary>
    EnergyBfmi,

    /// <summary>Coordinates that change along the chains.</summary>
    MovingCoordinates,

    /// <summary>Draws of each chain.</summary>
    DrawsPerChain,

    /// <summary>Nats still to be gained.</summary>
    RemainingNats,

    /// <summary>Nats by which a sweep lowered the bound.</summary>
    BoundFall,

    /// <summary>Numbers checked against the posterior; 0 where the fit was not checked.</summary>
    CheckedNumbers,

    /// <summary>How far a mean can be from the posterior mean (sd).</summary>
    DriftOfMeans,

    /// <summary>How far a mean is shown to be from the posterior mean (sd).</summary>
    DriftOfMeansShown,

    /// <summary>Factor by which a standard deviation can differ from the posterior's.</summary>
    RatioOfSds,

    /// <summary>Factor by which a standard deviation is shown to be too small.</summary>
    RatioOfSdsShown,

    /// <summary>Share of their starts that draws keep over the Gibbs sweeps of a check.</summary>
    KeptStart,

    /// <summary>Restarts that reached the best bound; computed from the stored result.</summary>
    AgreeingRestarts,

    /// <summary>Chains; computed from the stored result.</summary>
    Chains,
}

/// <summary>Whether an answer can be used.</summary>
public enum TrustLevel
{
    /// <summary>As it is.</summary>
    Reliable,

    /// <summary>With care.</summary>
    Usable,

    /// <summary>Not at all.</summary>
    Unreliable,
}

/// <summary>One thing that was checked.</summary>
/// <param name="Id">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Target">The value that passes.</param>
/// <param name="Limit">The value up to which a failing answer can be used with care.</param>
/// <param name="HigherIsBetter">Whether a value above the target passes.</param>
public sealed record CheckRecord(CheckCode Id, double Value, double Target, double Limit, bool HigherIsBetter)
{
    /// <summary>The best that the check can say of an answer.</summary>
    public TrustLevel Best { get; init; } = TrustLevel.Reliable;

    /// <summary>Name of the coordinate or quantity that has the value; null where it is the whole answer's.</summary>
    public string? Subject { get; init; }

    /// <summary>Whether the value meets the target.</summary>
    public bool IsPassed => Meets(Target);

    /// <summary>What the check says of the answer.</summary>
    public TrustLevel Level =>
        IsPassed ? Best
        : Meets(Limit) ? TrustLevel.Usable
        : TrustLevel.Unreliable;

    private bool Meets(double bound) => HigherIsBetter ? Value >= bound : Value <= bound;
}

/// <summary>Whether the answer can be used.</summary>
/// <param name="Level">The worst level of checks, outcome and findings.</param>
/// <param name="Checks">Everything that was checked, what passed included.</param>
/// <param name="Advice">What to change; empty where nothing is needed.</param>
public sealed record Judgement(TrustLevel Level, IReadOnlyList<CheckRecord> Checks, IReadOnlyList<AdviceRecord> Advice);

/// <summary>What to change.</summary>
public enum RemedyCode
{
    /// <summary>A larger budget of steps.</summary>
    MoreSteps,

    /// <summary>More draws of each chain.</summary>
    MoreDraws,

    /// <summary>More warm-up.</summary>
    MoreWarmUp,

    /// <summary>More fixed draws.</summary>
    MoreFixedDraws,

    /// <summary>A lower tolerance.</summary>
    LowerTolerance,

    /// <summary>More independent starts.</summary>
    MoreRestarts,

    /// <summary>More chains.</summary>
    MoreChains,

    /// <summary>A richer family.</summary>
    RicherFamily,

    /// <summary>A higher rank.</summary>
    HigherRank,

    /// <summary>More paths.</summary>
    MorePaths,

    /// <summary>More particles.</summary>
    MoreParticles,

    /// <summary>A higher target acceptance.</summary>
    HigherAcceptance,

    /// <summary>Another algorithm.</summary>
    OtherAlgorithm,

    /// <summary>The sum of a linear and a Gaussian kernel.</summary>
    LinearAndGaussianKernel,

    /// <summary>Other coordinates for the model.</summary>
    OtherCoordinates,

    /// <summary>A non-centred model.</summary>
    NonCentred,

    /// <summary>Transforms that keep parameters within the support.</summary>
    KeepWithinSupport,

    /// <summary>A look at the model at a coordinate.</summary>
    LookAtModel,

    /// <summary>The run's end.</summary>
    FinishRun,

    /// <summary>A check of the fit against its posterior.</summary>
    CheckPosterior,
}

/// <summary>What to change, to what, and why.</summary>
/// <param name="Remedy">What to change.</param>
/// <param name="Because">The failed check; null where the outcome is the reason.</param>
public sealed record AdviceRecord(RemedyCode Remedy, CheckCode? Because)
{
    /// <summary>The new value; null where the remedy is none.</summary>
    public JsonNode? Value { get; init; }

    /// <summary>The setting that gets it, e.g. <c>inference.samples</c>; null where no setting does.</summary>
    public string? Setting { get; init; }
}
