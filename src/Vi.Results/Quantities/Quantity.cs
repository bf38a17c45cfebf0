namespace Vi.Results;

/// <summary>A quantity of a model: its name, its shape, and what its entries are called wherever they appear.</summary>
/// <param name="Name">Its name in the model, e.g. <c>w</c>.</param>
/// <param name="Shape">The length of each axis: none for a number, one for a vector, rows and columns for a matrix.</param>
public record Quantity(string Name, IReadOnlyList<int> Shape)
{
    /// <summary>The quantity in words, for headings; null where the name says it all.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// What the places along each axis are called: columns, components, dates. Null for an axis that is counted from 1; no list at all
    /// where every axis is.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<string>?> AxisLabels { get; init; } = [];

    /// <summary>The quantity whose entries this one states in another unit, by its name; null for all others.</summary>
    public string? Restates { get; init; }

    /// <summary>Number of entries.</summary>
    [JsonIgnore]
    public int Count => Shape.Aggregate(1, static (count, length) => count * length);

    /// <summary>Whether it is a single number.</summary>
    [JsonIgnore]
    public bool IsScalar => Shape.Count == 0;

    /// <summary>A number.</summary>
    public static Quantity Scalar(string name, string? label = null) => new(name, []) { Label = label };

    /// <summary>A vector with an entry for each label.</summary>
    public static Quantity Vector(string name, string? label, IReadOnlyList<string> labels) =>
        new(name, [labels.Count]) { Label = label, AxisLabels = [labels] };

    /// <summary>A vector whose entries are counted from 1.</summary>
    public static Quantity Vector(string name, string? label, int length) => new(name, [length]) { Label = label };

    /// <summary>A matrix with the labels of its columns; rows are counted from 1.</summary>
    public static Quantity Matrix(string name, string? label, int rows, IReadOnlyList<string> columns) =>
        new(name, [rows, columns.Count]) { Label = label, AxisLabels = [null, columns] };

    /// <summary>A matrix with the labels of its rows; columns are counted from 1.</summary>
    public static Quantity Matrix(string name, string? label, IReadOnlyList<string> rows, int columns) =>
        new(name, [rows.Count, columns]) { Label = label, AxisLabels = [rows, null] };

    /// <summary>A matrix whose rows and columns are counted from 1.</summary>
    public static Quantity Matrix(string name, string? label, int rows, int columns) =>
        new(name, [rows, columns]) { Label = label };

    /// <summary>An entry's name with labels: <c>w[alcohol]</c>, <c>mu[2,waiting]</c>, or the quantity's own where it is a number.</summary>
    /// <param name="entry">Its place from 0, row by row.</param>
    public string EntryName(int entry) => NameOf(entry, AxisLabels);

    /// <summary>An entry's name by its indices from 1, as the core names it: <c>w[3]</c>, <c>mu[2,1]</c>.</summary>
    /// <param name="entry">Its place from 0, row by row.</param>
    public string IndexName(int entry) => NameOf(entry, []);

    /// <summary>What an entry is called under a heading that names the quantity: <c>alcohol</c>, <c>2, waiting</c>.</summary>
    /// <param name="entry">Its place from 0, row by row.</param>
    public string EntryLabel(int entry) => string.Join(", ", Places(entry, AxisLabels));

    private string NameOf(int entry, IReadOnlyList<IReadOnlyList<string>?> labels) =>
        IsScalar ? Name : $"{Name}[{string.Join(',', Places(entry, labels))}]";

    private IEnumerable<string> Places(int entry, IReadOnlyList<IReadOnlyList<string>?> labels)
    {
        var size = Count;
        for (var axis = 0; axis < Shape.Count; axis++)
        {
            size /= Shape[axis];
            var place = entry / size % Shape[axis];
            yield return axis < labels.Count && labels[axis] is { } named
                ? named[place]
                : (place + 1).ToString(CultureInfo.InvariantCulture);
        }
    }
}
