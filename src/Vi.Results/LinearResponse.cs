namespace Vi.Results;

/// <summary>What linear response came to.</summary>
/// <param name="Code">The case of the core's response, e.g. <c>not-linear</c>, or one of the constants here.</param>
/// <param name="Figures">The case's figures by name.</param>
public sealed record LinearResponseRecord(string Code, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>The fit has not converged.</summary>
    public const string FitNotConverged = "fit-not-converged";

    /// <summary>The algorithm, which is the subject, ends near an optimum at best.</summary>
    public const string NoOptimum = "no-optimum";

    /// <summary>Rotations of factors leave the bound nearly unchanged.</summary>
    public const string Rotations = "rotations";

    /// <summary>A quantity, or the algorithm; null where the case has none.</summary>
    public string? Subject { get; init; }

    /// <summary>Whether summaries have standard deviations by linear response: of coordinate ascent, or of a fit with fixed draws.</summary>
    public bool Found => Code is "response-found" or "curvature-found";

    /// <summary>Seconds that it took; a result has them among its timing.</summary>
    [JsonIgnore]
    public double Seconds { get; init; }

    /// <summary>A case without figures.</summary>
    public static LinearResponseRecord Of(string code) => new(code, new Dictionary<string, double>());
}
