using System.Text.RegularExpressions;
using Vi.Data.Columns;

namespace Vi.Data.Csv;

/// <summary>Rows below a table that sum it up, as spreadsheets have them.</summary>
internal static partial class SummaryRows
{
    private const int Most = 6;

    /// <summary>The table without last rows that are named as totals, means and the like; a finding names each.</summary>
    public static CellTable LeftOut(CellTable table, GapText gaps)
    {
        var (rows, findings) = (table.Rows, new List<Finding>());
        while (rows > 3 && findings.Count < Most && Label(table, rows - 1) is { } label)
        {
            rows--;
            findings.Add(
                Finding.Of(Severity.Warning, "summary-row", ("line", table.Lines![rows])) with
                {
                    Subjects = [Printable.Cell(label)],
                }
            );
        }

        if (rows == table.Rows)
        {
            return table with { Findings = [.. table.Findings, .. Sums(table, gaps)] };
        }

        return new CellTable(
            [.. table.Columns.Select(column => column.First(rows))],
            [.. table.Lines!.Take(rows)],
            [.. table.Findings, .. findings]
        );
    }

    /// <summary>The word by which a row is named as a summary; no row above may have the same.</summary>
    private static string? Label(CellTable table, int row) =>
        table
            .Columns.Select(column =>
                column.TextOf(row) is { } text
                && Summary().IsMatch(text)
                && column.Texts.TrueForAll(cell => cell.Row >= row || cell.Text != text)
                && column.Texts.TrueForAll(cell => cell.Row > row - Most || !Summary().IsMatch(cell.Text))
                    ? text
                    : null
            )
            .FirstOrDefault(text => text is not null);

    /// <summary>A finding where the last row holds the sums of the rows above and nothing names it.</summary>
    private static IEnumerable<Finding> Sums(CellTable table, GapText gaps)
    {
        var last = table.Rows - 1;
        var numeric = table
            .Columns.Where(column => column.Texts.TrueForAll(cell => gaps.IsIn(cell.Text, numeric: true)))
            .ToList();
        var sums = numeric.Count(column =>
        {
            var above = column.Numbers.Take(last).Where(double.IsFinite).ToList();
            // A sum of cells that were rounded to three digits is off by about 1e-3 of a cell times the root of their number.
            var (sum, size) = (above.Sum(), above.Sum(System.Math.Abs));
            return size > 0
                && System.Math.Abs(column.Numbers[last]) > 2 * above.Max(System.Math.Abs)
                && System.Math.Abs(column.Numbers[last] - sum) <= 1e-3 * size / System.Math.Sqrt(last);
        });
        if (last >= 5 && sums > 0 && 2 * sums >= numeric.Count)
        {
            yield return Finding.Of(Severity.Warning, "last-row-is-sum", ("line", table.Lines![last]));
        }
    }

    [GeneratedRegex(
        @"^(?:(?:grand|sub|sub-|all|overall|column|net) ?)?(?:totals?|sums?|averages?|avg|means?|median|count|std|min|max|gesamt|gesamtsumme|summe|mittelwert|durchschnitt|somme|moyenne|totaal|suma|totale|soma|media|média)(?: ?general| ?général)?\.?:?$",
        RegexOptions.IgnoreCase,
        Timeout.Infinite
    )]
    private static partial Regex Summary();
}
