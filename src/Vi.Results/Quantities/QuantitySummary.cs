namespace Vi.Results;

/// <summary>A quantity with the summary of its posterior: one number an entry in each list, row by row.</summary>
public sealed record QuantitySummary : Quantity
{
    /// <summary>The summary of a quantity.</summary>
    public QuantitySummary(Quantity quantity)
        : base(quantity) { }

    public required IReadOnlyList<double> Mean { get; init; }
    public required IReadOnlyList<double> Sd { get; init; }
    public required IReadOnlyList<double> Q05 { get; init; }
    public required IReadOnlyList<double> Q50 { get; init; }
    public required IReadOnlyList<double> Q95 { get; init; }
    public IReadOnlyList<double>? LinearResponseSd { get; init; }
    public IReadOnlyList<double>? CheckedMean { get; init; }
    public IReadOnlyList<double>? CheckedSd { get; init; }
    public IReadOnlyList<double>? Truth { get; init; }
}
