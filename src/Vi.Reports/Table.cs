namespace Vi.Reports;

/// <summary>A column of a table: its head, and the cell that it has for each item.</summary>
/// <param name="isShown">False leaves the column out.</param>
internal sealed class Column<T>(string head, Func<T, Markup> cell, bool isShown = true)
{
    public Column(string head, Func<T, string> text, bool isShown = true)
        : this(head, item => Markup.Text(text(item)), isShown) { }

    public Column(string head, Func<T, double> number, bool isShown = true)
        : this(head, item => Markup.Number(number(item)), isShown) { }

    public Column(string head, Func<T, long> count)
        : this(head, item => Numbers.Count(count(item))) { }

    public string Head => head;

    public Func<T, Markup> Cell => cell;

    public bool IsShown => isShown;
}

/// <summary>Tables that scroll inside their own frame, the first column excepted.</summary>
internal static class Table
{
    private const int LongestText = 72;
    private const int RowsInView = 20;
    private const int RowsAtMost = 1000;

    /// <summary>Further rows that are printed; of more only the last ones are, as many as the style sheet says.</summary>
    private const int RowsPrinted = 40;
    private const int LastRowsPrinted = 5;

    /// <summary>
    /// A table with a row for each item, nothing where there is none; columns whose index is below <paramref name="textColumns"/> hold
    /// text, the others numbers.
    /// </summary>
    internal static Markup Of<T>(
        string label,
        IEnumerable<T> items,
        IEnumerable<Column<T>> columns,
        int textColumns = 1
    )
    {
        var shown = columns.Where(column => column.IsShown).ToList();
        var head = Markup.ForEach(
            shown.Index(),
            column => Markup.Of($"""<th scope="col"{Class(column.Index, textColumns)}>{column.Item.Head}</th>""")
        );
        Markup Cell(int index, Markup content) =>
            index == 0
                ? Markup.Of($"""<th scope="row">{content}</th>""")
                : Markup.Of($"<td{Class(index, textColumns)}>{content}</td>");
        var body = Markup.ForEach(
            items,
            item =>
                Markup.Of(
                    $"<tr>{Markup.ForEach(shown.Index(), column => Cell(column.Index, column.Item.Cell(item)))}</tr>\n"
                )
        );
        return Markup.If(
            !body.IsEmpty,
            $"""
            <div class="scroll table" role="group" tabindex="0" aria-label="{label}">
              <table>
                <thead><tr>{head}</tr></thead>
                <tbody>
            {body}</tbody>
              </table>
            </div>

            """
        );
    }

    /// <summary>
    /// A table whose further rows stand behind a fold; of a very long one only the first rows are in the page. On paper the fold is open, and a long
    /// table has its first and last rows only.
    /// </summary>
    internal static Markup InPart<T>(string label, IReadOnlyList<T> items, IEnumerable<Column<T>> columns)
    {
        var all = columns.ToList();
        var rest = items.Skip(RowsInView).Take(RowsAtMost - RowsInView).ToList();
        var leftOut = Markup.If(
            rest.Count > RowsPrinted,
            $"<p class=\"paper\">… {Numbers.Counted(rest.Count - LastRowsPrinted, "row")} left out in print; <code>result.json</code> has all.</p>"
        );
        var kind = Markup.If(rest.Count > RowsPrinted, $" class=\"many\"");
        var more = Markup.If(
            rest.Count > 0,
            $"<details{kind}><summary>{Numbers.Counted(rest.Count, "further row")}</summary>{leftOut}{Of($"{label}, continued", rest, all)}</details>\n"
        );
        var note = Markup.If(
            items.Count > RowsAtMost,
            $"<p class=\"muted\">{Numbers.Count(items.Count - RowsAtMost)} more are in <code>result.json</code>.</p>\n"
        );
        return Markup.Of($"{Of(label, items.Take(RowsInView), all)}{more}{note}");
    }

    /// <summary>A table of names and short texts.</summary>
    internal static Markup Pairs(
        string label,
        string nameHead,
        string valueHead,
        IEnumerable<KeyValuePair<string, string>> pairs
    ) =>
        Of(label, pairs, [new(nameHead, pair => pair.Key), new(valueHead, pair => Folded(pair.Value))], textColumns: 2);

    /// <summary>A text, the rest of a long one behind its beginning.</summary>
    private static Markup Folded(string text) =>
        text.Length <= LongestText
            ? Markup.Text(text)
            : Markup.Of($"<details class=\"long\"><summary>{text[..LongestText].TrimEnd()}…</summary>{text}</details>");

    private static Markup Class(int column, int textColumns) => Markup.If(column >= textColumns, $" class=\"number\"");
}
