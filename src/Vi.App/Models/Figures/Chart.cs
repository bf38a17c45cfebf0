namespace Vi.App.Models.Figures;

/// <summary>Makes figures and tables.</summary>
internal static class Chart
{
    public static XyChart Xy(
        string id,
        string title,
        string caption,
        Axis x,
        Axis y,
        params IEnumerable<Series> series
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Caption = caption,
            X = x,
            Y = y,
            Series = [.. series],
        };

    /// <summary>A function of two numbers over a grid, with marks upon it.</summary>
    public static HeatmapChart Surface(
        string id,
        string title,
        string caption,
        (Axis Axis, double[] Grid) x,
        (Axis Axis, double[] Grid) y,
        (string Title, Func<double, double, double> At) value,
        params IEnumerable<Series> overlays
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Caption = caption,
            X = x.Axis,
            Y = y.Axis,
            ValueTitle = value.Title,
            GridX = x.Grid,
            GridY = y.Grid,
            Values = [.. y.Grid.Select(b => x.Grid.Select(a => value.At(a, b)).ToArray())],
            Overlays = [.. overlays],
        };

    public static TableExhibit Table(
        string id,
        string title,
        string caption,
        IReadOnlyList<string> columns,
        params IEnumerable<string[]> rows
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Caption = caption,
            Columns = columns,
            Rows = [.. rows],
        };

    /// <summary>A row of a table: texts as they are, numbers with four significant digits.</summary>
    public static string[] Row(params IEnumerable<object> cells) =>
        [.. cells.Select(cell => cell is double number ? Significant(number) : (string)cell)];

    /// <summary>What is shown of a table that has more rows than a figure: nothing where all of them are.</summary>
    public static string Drawn(int shown, int all) => shown < all ? $" {shown} of {all} rows are drawn." : "";
}
