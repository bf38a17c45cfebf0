namespace Vi.Results;

/// <summary>A figure or table of a result, stored as data; the report draws it. One kind a file in this folder.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(XyChart), "xy")]
[JsonDerivedType(typeof(HeatmapChart), "heatmap")]
[JsonDerivedType(typeof(WaterfallChart), "waterfall")]
[JsonDerivedType(typeof(TableExhibit), "table")]
public abstract record Exhibit
{
    /// <summary>Stable identifier within the report, used as the anchor.</summary>
    public required string Id { get; init; }

    /// <summary>What is shown.</summary>
    public required string Title { get; init; }

    /// <summary>How to read it and what it says here, in a sentence or two with figures.</summary>
    public string Caption { get; init; } = "";
}

/// <summary>An axis with its title, which names the unit.</summary>
/// <param name="Title">Title with unit, e.g. <c>waiting (minutes)</c>.</param>
/// <param name="Logarithmic">True for a logarithmic scale.</param>
/// <param name="EqualScale">On the y axis: one unit is as long as on the x axis.</param>
public sealed record Axis(string Title, bool Logarithmic = false, bool EqualScale = false)
{
    /// <summary>A linear axis with this title.</summary>
    public static implicit operator Axis(string title) => new(title);
}

/// <summary>Curves, points, bars and bands over two numeric axes.</summary>
public sealed record XyChart : Exhibit
{
    /// <summary>Horizontal axis.</summary>
    public required Axis X { get; init; }

    /// <summary>Vertical axis.</summary>
    public required Axis Y { get; init; }

    /// <summary>What is drawn, in drawing order.</summary>
    public required IReadOnlyList<Series> Series { get; init; }

    /// <summary>Straight reference lines.</summary>
    public IReadOnlyList<ReferenceLine> References { get; init; } = [];

    /// <summary>True where bars at one abscissa pile up (negative ones downwards) instead of standing beside one another.</summary>
    public bool Stacked { get; init; }
}

/// <summary>One curve, cloud of points, set of bars or band.</summary>
public sealed record Series
{
    /// <summary>Name in the legend; an empty name keeps it out of the legend.</summary>
    public required string Name { get; init; }

    /// <summary><c>line</c>, <c>dashed</c>, <c>dotted</c>, <c>points</c>, <c>bars</c> or <c>band</c> (between Lower and Upper).</summary>
    public required string Style { get; init; }

    /// <summary>Abscissae; null where <see cref="Labels"/> are given. A NaN breaks a line.</summary>
    public IReadOnlyList<double>? X { get; init; }

    /// <summary>Names instead of abscissae (bars, or points of named coefficients).</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Ordinates; may be empty for a band.</summary>
    public IReadOnlyList<double> Y { get; init; } = [];

    /// <summary>Lower end of the band, or of the error bar of each point.</summary>
    public IReadOnlyList<double>? Lower { get; init; }

    /// <summary>Upper end of the band, or of the error bar of each point.</summary>
    public IReadOnlyList<double>? Upper { get; init; }

    /// <summary>Index into the palette; series with one index share a colour. Negative: the neutral grey.</summary>
    public int Color { get; init; }
}

/// <summary>A straight line across the plot at one value of one axis (<c>x</c> or <c>y</c>).</summary>
public sealed record ReferenceLine(string Axis, double Value, string Label);

/// <summary>A surface over a grid, with marked points and paths on it.</summary>
public sealed record HeatmapChart : Exhibit
{
    /// <summary>Horizontal axis.</summary>
    public required Axis X { get; init; }

    /// <summary>Vertical axis.</summary>
    public required Axis Y { get; init; }

    /// <summary>What the colour means, with its unit.</summary>
    public required string ValueTitle { get; init; }

    /// <summary>Grid abscissae (length n).</summary>
    public required IReadOnlyList<double> GridX { get; init; }

    /// <summary>Grid ordinates (length m).</summary>
    public required IReadOnlyList<double> GridY { get; init; }

    /// <summary>Values, m rows of n.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Values { get; init; }

    /// <summary>Points and paths drawn over the surface.</summary>
    public IReadOnlyList<Series> Overlays { get; init; } = [];
}

/// <summary>Named amounts that add up to a total.</summary>
public sealed record WaterfallChart : Exhibit
{
    /// <summary>Unit of the amounts.</summary>
    public required string Unit { get; init; }

    /// <summary>Names of the amounts.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The amounts; their sum is drawn as the last bar.</summary>
    public required IReadOnlyList<double> Amounts { get; init; }

    /// <summary>Name of the total.</summary>
    public required string TotalLabel { get; init; }
}

/// <summary>A table of short texts; numbers are formatted by whoever makes it.</summary>
public sealed record TableExhibit : Exhibit
{
    /// <summary>Column heads, with units.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Rows of cells, as many as heads.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Rows { get; init; }
}
