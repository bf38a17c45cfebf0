namespace Vi.Reports.Sections;

/// <summary>Posterior summaries: one table for all scalars, one for each parameter with entries.</summary>
internal static class PosteriorSection
{
    private const int RowsInView = 20;
    private const int RowsAtMost = 1000;

    internal static Section Of(Posterior posterior, LinearResponseRecord? response)
    {
        var scalars = posterior.Where(quantity => quantity.IsScalar).ToList();
        var tables = posterior
            .Where(quantity => !quantity.IsScalar)
            .Select(quantity => Block(Heading(quantity), quantity.Name, Entries(quantity)))
            .ToList();
        if (scalars.Count > 0)
        {
            var heading = Markup.Of($"{(tables.Count > 0 ? "Scalars" : "Parameters")}");
            tables.Insert(0, Block(heading, "scalars", [.. scalars.SelectMany(Entries)]));
        }

        return new Section(
            "posterior",
            "Posterior",
            tables.Count == 0 ? Markup.Empty : Markup.Concat([.. tables, LinearResponseText.Of(response)])
        );
    }

    /// <summary>The entries with their heads: a number is called by its label, an entry by its name.</summary>
    private static List<(Markup Head, ResultEntry Entry)> Entries(QuantitySummary quantity) =>
        [
            .. ResultEntry
                .Of(quantity)
                .Select(entry => (quantity.IsScalar ? Heading(quantity) : Markup.Of($"{entry.Name}"), entry)),
        ];

    private static Markup Heading(Quantity quantity) =>
        quantity.Label is { Length: > 0 } label
            ? Markup.Of($"{label} <code>{quantity.Name}</code>")
            : Markup.Of($"<code>{quantity.Name}</code>");

    private static Markup Block(Markup heading, string what, List<(Markup Head, ResultEntry Entry)> entries)
    {
        var label = $"Posterior of {what}";
        var table = Rows(label, entries.Take(RowsInView));
        var rest = entries.Skip(RowsInView).Take(RowsAtMost - RowsInView).ToList();
        var more =
            rest.Count == 0
                ? Markup.Empty
                : Markup.Of(
                    $"<details><summary>{Numbers.Counted(rest.Count, "further row")}</summary>{Rows($"{label}, continued", rest)}</details>\n"
                );
        var left = entries.Count - RowsAtMost;
        var note =
            left > 0
                ? Markup.Of($"<p class=\"muted\">{Numbers.Count(left)} more are in <code>result.json</code>.</p>\n")
                : Markup.Empty;
        return Markup.Of($"<h3>{heading}</h3>\n{table}{more}{note}");
    }

    private static Markup Rows(string label, IEnumerable<(Markup Head, ResultEntry Entry)> entries)
    {
        var rows = entries.ToList();
        var withTruth = rows.Exists(row => !double.IsNaN(row.Entry.Truth));
        var withResponse = rows.Exists(row => !double.IsNaN(row.Entry.ResponseSd));
        List<string> heads = ["entry", "mean", "sd"];
        if (withResponse)
        {
            heads.Add(LinearResponseText.Head);
        }

        heads.AddRange(["5 %", "50 %", "95 %"]);
        if (withTruth)
        {
            heads.AddRange(["truth", "truth in 90 % interval"]);
        }

        return Table.Of(label, heads, rows.Select(row => Cells(row.Head, row.Entry, withResponse, withTruth)));
    }

    private static List<Markup> Cells(Markup head, ResultEntry row, bool withResponse, bool withTruth)
    {
        double[] spread = withResponse ? [row.Sd, row.ResponseSd] : [row.Sd];
        List<Markup> cells =
        [
            head,
            .. new[] { row.Mean }
                .Concat(spread)
                .Concat([row.Q05, row.Q50, row.Q95])
                .Select(value => Markup.Exact(value, Numbers.BySd(value, row.Sd))),
        ];
        if (withTruth)
        {
            var inside = row.Truth >= row.Q05 && row.Truth <= row.Q95;
            cells.Add(Markup.Exact(row.Truth, Numbers.BySd(row.Truth, row.Sd)));
            cells.Add(Markup.Of($"{Answer(row.Truth, inside)}"));
        }

        return cells;
    }

    private static string Answer(double truth, bool inside)
    {
        if (double.IsNaN(truth))
        {
            return "–";
        }

        return inside ? "yes" : "no";
    }
}
