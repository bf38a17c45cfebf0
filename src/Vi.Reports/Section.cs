namespace Vi.Reports;

/// <summary>One section of a report: its anchor, its heading, and what stands below.</summary>
/// <param name="Body">Content; a section without content is left out.</param>
internal sealed record Section(string Id, string Heading, Markup Body)
{
    internal Markup Render() =>
        Markup.Of(
            $"""
            <section id="{Id}" aria-labelledby="{Id}-heading">
            <h2 id="{Id}-heading">{Heading}</h2>
            {Body}</section>

            """
        );
}
