namespace Vi.Results;

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

    /// <summary>Probability in modes that the answer leaves out.</summary>
    OmittedModes,

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
