namespace Vi.App.Models.Figures;

/// <summary>Makes figures and tables.</summary>
internal static class Chart
{
    public static XyChart Xy(FigureText words, params IEnumerable<Series> series) =>
        new()
        {
            Id = words.Id,
            Title = words.Title,
            Caption = words.Caption,
            X = words.Axis(0),
            Y = words.Axis(1),
            Series = [.. series],
        };

    /// <summary>A function of two numbers over a grid, with marks upon it.</summary>
    public static HeatmapChart Surface(
        FigureText words,
        double[] x,
        double[] y,
        Func<double, double, double> value,
        params IEnumerable<Series> overlays
    ) =>
        new()
        {
            Id = words.Id,
            Title = words.Title,
            Caption = words.Caption,
            X = words.Axis(0),
            Y = words.Axis(1),
            ValueTitle = words.Heads[2],
            GridX = x,
            GridY = y,
            Values = [.. y.Select(b => x.Select(a => value(a, b)).ToArray())],
            Overlays = [.. overlays],
        };

    /// <summary>A table whose heads stand on the page.</summary>
    public static TableExhibit Table(FigureText words, params IEnumerable<string[]> rows) =>
        Table(words, words.Heads, rows);

    public static TableExhibit Table(
        FigureText words,
        IReadOnlyList<string> columns,
        params IEnumerable<string[]> rows
    ) =>
        new()
        {
            Id = words.Id,
            Title = words.Title,
            Caption = words.Caption,
            Columns = columns,
            Rows = [.. rows],
        };

    /// <summary>A row of a table: texts as they are, numbers with four significant digits.</summary>
    public static string[] Row(params IEnumerable<object> cells) =>
        [.. cells.Select(cell => cell is double number ? Significant(number) : (string)cell)];

    /// <summary>What is shown of a table that has more rows than a figure: nothing where all of them are.</summary>
    public static string Drawn(int shown, int all) => shown < all ? $" {shown} of {all} rows are drawn." : "";
}
