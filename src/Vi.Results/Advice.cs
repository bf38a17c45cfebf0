namespace Vi.Results;

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
