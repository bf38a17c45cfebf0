namespace Vi.Reports.Sections;

/// <summary>Where the data came from and the moments of their columns.</summary>
internal static class DataSection
{
    internal static Section Of(DataRecord? data) =>
        new("data", "Data", data is null ? Markup.Trusted("<p>This model needs no data.</p>\n") : Body(data));

    private static Markup Body(DataRecord data)
    {
        Column<ColumnSummary> Moment(string head, Func<ColumnSummary, double> value) =>
            new(head, column => Markup.Exact(value(column), Numbers.BySd(value(column), column.Sd / 10)));
        var columns = Table.Of(
            "Moments of the columns",
            data.Summaries,
            [
                new("column", column => column.Name),
                new("role", column => column.Role),
                Moment("mean", column => column.Mean),
                Moment("sd", column => column.Sd),
                Moment("minimum", column => column.Minimum),
                Moment("maximum", column => column.Maximum),
                new("missing", column => $"{column.Missing}", data.Summaries.Any(column => column.Missing > 0)),
            ],
            textColumns: 2
        );
        var size = $"{Numbers.Counted(data.Rows, "row")}, {Numbers.Counted(data.Columns.Count, "column")}";
        var times = data.Times is { } span
            ? Markup.Of($"Column <code>{span.Column}</code> dates the rows: {Day(span.First)} to {Day(span.Last)}. ")
            : Markup.Trusted("");
        var unit = data.Unit is { } known
            ? $"Values are {(known == DataUnit.Percent ? "in percent" : "fractions")}. "
            : "";
        var calendar = data.RowsPerYear is { } rows ? $"A year has {Numbers.Significant(rows)} rows. " : "";
        return Markup.Of(
            $"""
            <p class="prose"><code>{data.Source}</code>: {size}. {times}{unit}{calendar}SHA-256 <code class="hash">{data.Sha256}</code></p>
            {columns}
            """
        );
    }

    private static string Day(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
