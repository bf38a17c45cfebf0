namespace Vi.Reports.Sections;

/// <summary>Where the data came from and the moments of their columns.</summary>
internal static class DataSection
{
    internal static Section Of(DataRecord? data)
    {
        if (data is null)
        {
            return new Section("data", "Data", Markup.Trusted("<p>This model needs no data.</p>\n"));
        }

        var hasGaps = data.Summaries.Any(column => column.Missing > 0);
        string[] heads =
        [
            "column",
            "role",
            "mean",
            "sd",
            "minimum",
            "maximum",
            .. hasGaps ? ["missing"] : Array.Empty<string>(),
        ];
        var rows = data.Summaries.Select(column =>
            (IReadOnlyList<Markup>)
                [
                    Markup.Of($"{column.Name}"),
                    Markup.Of($"{column.Role}"),
                    Number(column.Mean, column.Sd),
                    Number(column.Sd, column.Sd),
                    Number(column.Minimum, column.Sd),
                    Number(column.Maximum, column.Sd),
                    .. hasGaps
                        ? [Markup.Of($"{column.Missing.ToString(CultureInfo.InvariantCulture)}")]
                        : Array.Empty<Markup>(),
                ]
        );
        return new Section(
            "data",
            "Data",
            Markup.Of(
                $"""
                <p class="prose"><code>{data.Source}</code>: {Numbers.Counted(data.Rows, "row")}, {Numbers.Counted(
                    data.Columns.Count,
                    "column"
                )}. SHA-256 <code class="hash">{data.Sha256}</code></p>
                {Table.Of("Moments of the columns", heads, rows, textColumns: 2)}
                """
            )
        );
    }

    private static Markup Number(double value, double sd) => Markup.Exact(value, Numbers.BySd(value, sd / 10));
}
