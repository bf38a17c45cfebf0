using System.Globalization;
using Vi.Reports.English;

namespace Vi.Reports.Sections;

/// <summary>Posterior summaries: one table for all scalars, one for each parameter with entries.</summary>
internal static class PosteriorSection
{
    private const int RowsInView = 20;
    private const int RowsAtMost = 1000;

    internal static Section Of(IReadOnlyDictionary<string, PosteriorSummary> posterior, LinearResponseRecord? response)
    {
        var scalars = new List<Entry>();
        var tables = new List<Markup>();
        foreach (var (name, summary) in posterior)
        {
            var entries = Entries(name, summary);
            if (entries is [{ IsScalar: true }])
            {
                scalars.AddRange(entries);
            }
            else
            {
                tables.Add(Block(Heading(name, summary), entries));
            }
        }

        if (scalars.Count > 0)
        {
            tables.Insert(0, Block(Markup.Of($"{(tables.Count > 0 ? "Scalars" : "Parameters")}"), scalars));
        }

        return new Section(
            "posterior",
            "Posterior",
            tables.Count == 0 ? Markup.Empty : Markup.Concat([.. tables, LinearResponseText.Of(response)])
        );
    }

    private static Markup Heading(string name, PosteriorSummary summary) =>
        summary.Label is { Length: > 0 } label
            ? Markup.Of($"{label} <code>{name}</code>")
            : Markup.Of($"<code>{name}</code>");

    private static Markup Block(Markup heading, List<Entry> entries)
    {
        var label = $"Posterior of {(entries[0].IsScalar ? "scalars" : entries[0].Parameter)}";
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

    private static Markup Rows(string label, IEnumerable<Entry> entries)
    {
        var rows = entries.ToList();
        var withTruth = rows.Exists(row => !double.IsNaN(row.Truth));
        var withResponse = rows.Exists(row => !double.IsNaN(row.ResponseSd));
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

        return Table.Of(label, heads, rows.Select(row => Cells(row, withResponse, withTruth)));
    }

    private static List<Markup> Cells(Entry row, bool withResponse, bool withTruth)
    {
        double[] spread = withResponse ? [row.Sd, row.ResponseSd] : [row.Sd];
        List<Markup> cells =
        [
            row.Name,
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

    private static List<Entry> Entries(string name, PosteriorSummary summary)
    {
        var means = NestedNumbers.Flatten(summary.Mean);
        var sds = NestedNumbers.Flatten(summary.Sd);
        var responses = summary.LinearResponseSd is null ? [] : NestedNumbers.Flatten(summary.LinearResponseSd);
        var q05 = NestedNumbers.Flatten(summary.Q05);
        var q50 = NestedNumbers.Flatten(summary.Q50);
        var q95 = NestedNumbers.Flatten(summary.Q95);
        var truth = summary.Truth is null ? [] : NestedNumbers.Flatten(summary.Truth);
        return
        [
            .. means.Select(
                (mean, i) =>
                    new Entry(
                        name,
                        EntryName(name, summary, mean.Index, i, means),
                        mean.Index.Length == 0,
                        mean.Value,
                        At(sds, i),
                        At(responses, i),
                        At(q05, i),
                        At(q50, i),
                        At(q95, i),
                        At(truth, i)
                    )
            ),
        ];
    }

    /// <summary>The entry's name where entries are named (all of them, the last index, or the first one), its indices from 1 otherwise.</summary>
    private static Markup EntryName(
        string name,
        PosteriorSummary summary,
        int[] index,
        int position,
        List<(int[] Index, double Value)> all
    )
    {
        if (index.Length == 0)
        {
            return summary.Label is { Length: > 0 } label
                ? Markup.Of($"{label} <code>{name}</code>")
                : Markup.Of($"{name}");
        }

        var parts = index.Select(i => (i + 1).ToString(CultureInfo.InvariantCulture)).ToArray();
        if (summary.EntryNames is { } names)
        {
            if (names.Count == all.Count)
            {
                return Markup.Of($"{names[position]}");
            }

            var last = all[^1].Index;
            if (last[^1] + 1 == names.Count)
            {
                parts[^1] = names[index[^1]];
            }
            else if (last[0] + 1 == names.Count)
            {
                parts[0] = names[index[0]];
            }
        }

        return Markup.Of($"{name}[{string.Join(", ", parts)}]");
    }

    private static double At(List<(int[] Index, double Value)> values, int i) =>
        i < values.Count ? values[i].Value : double.NaN;

    private sealed record Entry(
        string Parameter,
        Markup Name,
        bool IsScalar,
        double Mean,
        double Sd,
        double ResponseSd,
        double Q05,
        double Q50,
        double Q95,
        double Truth
    );
}
