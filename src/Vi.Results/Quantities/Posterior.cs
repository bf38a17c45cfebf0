using System.Collections;
using System.Runtime.CompilerServices;

namespace Vi.Results;

/// <summary>The summaries of a result's quantities, in the order in which they are read; JSON has them by name.</summary>
[CollectionBuilder(typeof(Posterior), nameof(Of))]
[JsonConverter(typeof(PosteriorConverter))]
public sealed class Posterior : IReadOnlyList<QuantitySummary>
{
    private readonly QuantitySummary[] quantities;

    private Posterior(QuantitySummary[] quantities) => this.quantities = quantities;

    /// <summary>Number of quantities.</summary>
    public int Count => quantities.Length;

    /// <summary>The quantity at a place.</summary>
    public QuantitySummary this[int index] => quantities[index];

    /// <summary>The quantity of a name, which must be there.</summary>
    public QuantitySummary this[string name] =>
        Find(name) ?? throw new KeyNotFoundException($"The posterior has no quantity \"{name}\".");

    /// <summary>Of quantities in order.</summary>
    public static Posterior Of(ReadOnlySpan<QuantitySummary> quantities) => new(quantities.ToArray());

    /// <summary>The quantity of a name; null where there is none.</summary>
    public QuantitySummary? Find(string name) => Array.Find(quantities, quantity => quantity.Name == name);

    /// <inheritdoc />
    public IEnumerator<QuantitySummary> GetEnumerator() => quantities.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => quantities.GetEnumerator();
}
