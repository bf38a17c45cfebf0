namespace Vi.Results;

/// <summary>The family of a prior distribution.</summary>
public enum PriorFamily
{
    /// <summary>Normal, with <c>mean</c> and <c>sd</c>.</summary>
    Normal,

    /// <summary>Gamma, with <c>shape</c> and <c>rate</c>.</summary>
    Gamma,

    /// <summary>Inverse Gamma: the reciprocal is Gamma, with <c>shape</c> and <c>rate</c>.</summary>
    InverseGamma,
}

/// <summary>The prior of one entry of a quantity, in the data's unit.</summary>
/// <param name="Entry">The entry's name, as in the posterior.</param>
/// <param name="Family">Its family.</param>
/// <param name="Numbers">Its parameters by name: mean and sd, or shape and rate.</param>
/// <param name="FromData">Whether the data's location and size set it; false where the experiment file does.</param>
public sealed record PriorRecord(
    string Entry,
    PriorFamily Family,
    IReadOnlyDictionary<string, double> Numbers,
    bool FromData
)
{
    /// <summary>The size that the data's own unit suggests for the entry; null where there is none.</summary>
    public double? DataSize { get; init; }
}
