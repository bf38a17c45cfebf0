namespace Vi.Results;

/// <summary>A figure or table of a result, stored as data; the report draws it. One kind a file in this folder.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(XyChart), "xy")]
[JsonDerivedType(typeof(HeatmapChart), "heatmap")]
[JsonDerivedType(typeof(WaterfallChart), "waterfall")]
[JsonDerivedType(typeof(TableExhibit), "table")]
[JsonDerivedType(typeof(ViewsExhibit), "views")]
public abstract record Exhibit
{
    public required string Id { get; init; }
    public required string Title { get; init; }
    public string Caption { get; init; } = "";
}

/// <summary>An axis with its title, which names the unit.</summary>
public sealed record Axis(string Title, bool Logarithmic = false, bool EqualScale = false)
{
    /// <summary>The unit of a dated axis: milliseconds since the beginning of 1970 (UTC).</summary>
    public static double Milliseconds(DateTime time) => (time - DateTime.UnixEpoch).TotalMilliseconds;

    public bool Dated { get; init; }

    /// <summary>A linear axis with this title.</summary>
    public static implicit operator Axis(string title) => new(title);
}

/// <summary>Curves, points, bars and bands over two numeric axes.</summary>
public sealed record XyChart : Exhibit
{
    public required Axis X { get; init; }
    public required Axis Y { get; init; }
    public required IReadOnlyList<Series> Series { get; init; }
    public IReadOnlyList<ReferenceLine> References { get; init; } = [];
    public bool Stacked { get; init; }
}

/// <summary>One curve, cloud of points, set of bars or band.</summary>
public sealed record Series
{
    public required string Name { get; init; }
    public required string Style { get; init; }
    public IReadOnlyList<double>? X { get; init; }
    public IReadOnlyList<string>? Labels { get; init; }
    public IReadOnlyList<double> Y { get; init; } = [];
    public IReadOnlyList<double>? Lower { get; init; }
    public IReadOnlyList<double>? Upper { get; init; }
    public int Color { get; init; }
}

/// <summary>One figure seen in several ways, of which the first is shown first.</summary>
public sealed record ViewsExhibit : Exhibit
{
    public required IReadOnlyList<NamedView> Views { get; init; }
}

/// <summary>One way of looking at a figure, with the name on its button.</summary>
public sealed record NamedView(string Name, XyChart Chart);

/// <summary>A straight line across the plot at one value of one axis (<c>x</c> or <c>y</c>).</summary>
public sealed record ReferenceLine(string Axis, double Value, string Label);

/// <summary>A surface over a grid, with marked points and paths on it.</summary>
public sealed record HeatmapChart : Exhibit
{
    public required Axis X { get; init; }
    public required Axis Y { get; init; }
    public required string ValueTitle { get; init; }
    public required IReadOnlyList<double> GridX { get; init; }
    public required IReadOnlyList<double> GridY { get; init; }
    public required IReadOnlyList<IReadOnlyList<double>> Values { get; init; }
    public IReadOnlyList<Series> Overlays { get; init; } = [];
}

/// <summary>Named amounts that add up to a total.</summary>
public sealed record WaterfallChart : Exhibit
{
    public required string Unit { get; init; }
    public required IReadOnlyList<string> Labels { get; init; }
    public required IReadOnlyList<double> Amounts { get; init; }
    public required string TotalLabel { get; init; }
}

/// <summary>A table of short texts; numbers are formatted by whoever makes it.</summary>
public sealed record TableExhibit : Exhibit
{
    public required IReadOnlyList<string> Columns { get; init; }
    public required IReadOnlyList<IReadOnlyList<string>> Rows { get; init; }
}
