namespace Vi.Reports.Sections;

/// <summary>Posterior summaries: one table for all scalars, one for each parameter with entries.</summary>
internal static class PosteriorSection
{
    internal static Markup Of(RunResult result)
    {
        var posterior = result.Posterior;
        var scalars = posterior.Where(quantity => quantity.IsScalar).ToList();
        var tables = posterior
            .Where(quantity => !quantity.IsScalar)
            .Select(quantity => Block(Heading(quantity), quantity.Name, Entries(quantity)))
            .ToList();
        if (scalars.Count > 0)
        {
            var heading = Markup.Text(tables.Count > 0 ? "Scalars" : "Parameters");
            tables.Insert(0, Block(heading, "scalars", [.. scalars.SelectMany(Entries)]));
        }

        return tables.Count == 0 ? Markup.Empty : Markup.Concat([.. tables, Notes(result)]);
    }

    /// <summary>Where columns next to those of q come from.</summary>
    private static Markup Notes(RunResult result) =>
        Markup.Concat([
            result.CheckedPosterior is { } check && result.Posterior.Any(quantity => quantity.CheckedSd is not null)
                ? CheckedPosteriorText.Of(check)
                : Markup.Empty,
            LinearResponseText.Of(result.LinearResponse),
        ]);

    /// <summary>The entries with their heads: a number is called by its label, an entry by its name.</summary>
    private static List<(Markup Head, ResultEntry Entry)> Entries(QuantitySummary quantity) =>
        [
            .. ResultEntry
                .Of(quantity)
                .Select(entry => (quantity.IsScalar ? Heading(quantity) : Markup.Text(entry.Name), entry)),
        ];

    private static Markup Heading(Quantity quantity) =>
        quantity.Label is { Length: > 0 } label
            ? Markup.Of($"{label} <code>{quantity.Name}</code>")
            : Markup.Of($"<code>{quantity.Name}</code>");

    private static Markup Block(Markup heading, string what, List<(Markup Head, ResultEntry Entry)> entries)
    {
        var table = Rows($"Posterior of {what}", entries);
        return Markup.Of($"<h3>{heading}</h3>\n{table}");
    }

    private static Markup Rows(string label, List<(Markup Head, ResultEntry Entry)> rows)
    {
        var withTruth = rows.Exists(row => !double.IsNaN(row.Entry.Truth));
        var isChecked = rows.Exists(row => !double.IsNaN(row.Entry.CheckedSd));
        var withResponse = rows.Exists(row => !double.IsNaN(row.Entry.ResponseSd));
        return Table.InPart<(Markup Head, ResultEntry Entry)>(
            label,
            rows,
            [
                new("entry", row => row.Head),
                .. Summary<(Markup Head, ResultEntry Entry)>(row => row.Entry, withResponse, isChecked),
                new("truth", row => Value(row.Entry, row.Entry.Truth), withTruth),
                new("truth in 90 % interval", row => IsHeld(row.Entry), withTruth),
            ]
        );
    }

    /// <summary>Columns with an entry's summary.</summary>
    internal static IEnumerable<Column<T>> Summary<T>(Func<T, ResultEntry> entryOf, bool withResponse, bool isChecked)
    {
        Column<T> Of(string head, Func<ResultEntry, double> value, bool isShown = true) =>
            new(head, item => Value(entryOf(item), value(entryOf(item))), isShown);
        return
        [
            Of("mean", entry => entry.Mean),
            Of("sd", entry => entry.Sd),
            Of(LinearResponseText.Head, entry => entry.ResponseSd, withResponse),
            Of(CheckedPosteriorText.MeanHead, entry => entry.CheckedMean, isChecked),
            Of(CheckedPosteriorText.SdHead, entry => entry.CheckedSd, isChecked),
            Of("5 %", entry => entry.Q05),
            Of("50 %", entry => entry.Q50),
            Of("95 %", entry => entry.Q95),
        ];
    }

    /// <summary>A number of an entry, with as many digits as its spread lets one read.</summary>
    private static Markup Value(ResultEntry entry, double value) => Markup.Exact(value, Numbers.BySd(value, entry.Sd));

    private static string IsHeld(ResultEntry entry) =>
        double.IsNaN(entry.Truth) ? "–"
        : entry.Truth >= entry.Q05 && entry.Truth <= entry.Q95 ? "yes"
        : "no";
}
