namespace Vi.Results;

/// <summary>A quantity with the summary of its posterior: one number an entry in each list, row by row.</summary>
public sealed record QuantitySummary : Quantity
{
    /// <summary>The summary of a quantity.</summary>
    public QuantitySummary(Quantity quantity)
        : base(quantity) { }

    /// <summary>Means.</summary>
    public required IReadOnlyList<double> Mean { get; init; }

    /// <summary>Standard deviations.</summary>
    public required IReadOnlyList<double> Sd { get; init; }

    /// <summary>5 % quantiles.</summary>
    public required IReadOnlyList<double> Q05 { get; init; }

    /// <summary>Medians.</summary>
    public required IReadOnlyList<double> Q50 { get; init; }

    /// <summary>95 % quantiles.</summary>
    public required IReadOnlyList<double> Q95 { get; init; }

    /// <summary>
    /// Standard deviations by linear response, not a number for entries that have none; null where they were not computed.
    /// </summary>
    public IReadOnlyList<double>? LinearResponseSd { get; init; }

    /// <summary>True values, where the data were made from some; null otherwise.</summary>
    public IReadOnlyList<double>? Truth { get; init; }
}
