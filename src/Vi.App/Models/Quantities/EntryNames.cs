using Vi.Results;

namespace Vi.App.Models.Quantities;

/// <summary>Names of entries by indices, as the core gives them, with the labels that an answer has for them.</summary>
internal static class EntryNames
{
    /// <summary>The names with labels; one that belongs to no quantity stays as it is.</summary>
    public static IEnumerable<string> Of(IEnumerable<Quantity> quantities, IEnumerable<string> names)
    {
        var labelled = quantities
            .SelectMany(quantity => Enumerable.Range(0, quantity.Count).Select(entry => (quantity, entry)))
            .ToDictionary(
                pair => pair.quantity.IndexName(pair.entry),
                pair => pair.quantity.EntryName(pair.entry),
                StringComparer.Ordinal
            );
        return names.Select(name => labelled.GetValueOrDefault(name, name));
    }
}
