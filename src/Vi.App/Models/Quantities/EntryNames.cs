namespace Vi.App.Models.Quantities;

/// <summary>Names of entries by indices, as the core gives them, with the labels that an answer has for them.</summary>
internal sealed class EntryNames(IEnumerable<Quantity> quantities)
{
    private readonly Dictionary<string, string> labelled = quantities
        .SelectMany(quantity =>
            Enumerable.Range(0, quantity.Count).Select(i => (Index: quantity.IndexName(i), Name: quantity.EntryName(i)))
        )
        .DistinctBy(entry => entry.Index, StringComparer.Ordinal)
        .ToDictionary(entry => entry.Index, entry => entry.Name, StringComparer.Ordinal);

    /// <summary>The name with labels; one that belongs to no quantity stays as it is.</summary>
    public string Of(string name) => labelled.GetValueOrDefault(name, name);

    /// <summary>What was checked, with the names of coordinates.</summary>
    public Judgement Of(Vi.Results.Judgement judgement) =>
        judgement with
        {
            Checks =
            [
                .. judgement.Checks.Select(check =>
                    check.Subject is { } subject ? check with { Subject = Of(subject) } : check
                ),
            ],
        };

    /// <summary>What linear response came to, with the name of its quantity.</summary>
    public LinearResponseRecord? Of(LinearResponseRecord? record) =>
        record?.Subject is { } subject ? record with { Subject = Of(subject) } : record;
}
