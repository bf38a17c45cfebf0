namespace Vi.Reports;

/// <summary>Tables that scroll inside their own box.</summary>
internal static class Table
{
    /// <summary>A table; columns whose index is below <paramref name="textColumns"/> hold text, the others numbers.</summary>
    internal static Markup Of(
        string label,
        IReadOnlyList<string> heads,
        IEnumerable<IReadOnlyList<Markup>> rows,
        int textColumns = 1
    )
    {
        var head = Markup.ForEach(
            heads.Select((text, i) => (text, i)),
            cell => Markup.Of($"""<th scope="col"{Class(cell.i, textColumns)}>{cell.text}</th>""")
        );
        var body = Markup.ForEach(
            rows,
            row =>
            {
                var cells = Markup.ForEach(
                    row.Select((content, i) => (content, i)),
                    cell =>
                        cell.i == 0
                            ? Markup.Of($"""<th scope="row">{cell.content}</th>""")
                            : Markup.Of($"<td{Class(cell.i, textColumns)}>{cell.content}</td>")
                );
                return Markup.Of($"<tr>{cells}</tr>\n");
            }
        );
        return Markup.Of(
            $"""
            <div class="scroll" role="group" tabindex="0" aria-label="{label}">
              <table>
                <thead><tr>{head}</tr></thead>
                <tbody>
            {body}</tbody>
              </table>
            </div>

            """
        );
    }

    /// <summary>A table of names and short texts.</summary>
    internal static Markup Pairs(
        string label,
        string nameHead,
        string valueHead,
        IEnumerable<KeyValuePair<string, string>> pairs
    ) =>
        Of(
            label,
            [nameHead, valueHead],
            pairs.Select(pair => (IReadOnlyList<Markup>)[Markup.Of($"{pair.Key}"), Markup.Of($"{pair.Value}")]),
            textColumns: 2
        );

    private static Markup Class(int column, int textColumns) =>
        column < textColumns ? Markup.Empty : Markup.Trusted(" class=\"number\"");
}
