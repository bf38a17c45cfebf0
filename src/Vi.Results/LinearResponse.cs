namespace Vi.Results;

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

    /// <summary>The answer stacks several modes.</summary>
    SeveralModes,

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
