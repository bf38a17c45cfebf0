namespace Vi.Results;

/// <summary>What linear response came to.</summary>
public sealed record LinearResponseRecord(string Code, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>The fit has not converged.</summary>
    public const string FitNotConverged = "fit-not-converged";

    /// <summary>The algorithm, which is the subject, ends near an optimum at best.</summary>
    public const string NoOptimum = "no-optimum";

    /// <summary>Rotations of factors leave the bound nearly unchanged.</summary>
    public const string Rotations = "rotations";

    public string? Subject { get; init; }
    public bool Found => Code is "response-found" or "curvature-found";

    /// <summary>Seconds that it took; a result has them among its timing.</summary>
    [JsonIgnore]
    public double Seconds { get; init; }

    /// <summary>A case without figures.</summary>
    public static LinearResponseRecord Of(string code) => new(code, new Dictionary<string, double>());
}
