namespace Vi.Reports.Sections;

/// <summary>What stands above the sections of a page.</summary>
internal static class TitleBlock
{
    internal static Markup Of(RunResult result) =>
        Of(
            $"{result.Model.Title}{(result.Label is null ? "" : $" by {result.Label}")}",
            result.Name,
            result.Description,
            Markup.Of(
                $"""
                <p class="outcome">{Badge.Status(result.Status)} {result.Reason}</p>
                <p class="muted">Started {Markup.Time(result.StartedAt)}</p>
                """
            )
        );

    /// <param name="eyebrow">What the page is about, above its name.</param>
    /// <param name="lead">A sentence below it; null or empty for none.</param>
    internal static Markup Of(string eyebrow, string name, string? lead, Markup rest) =>
        Markup.Of(
            $"""
            <div class="title">
            <p class="eyebrow">{eyebrow}</p>
            <h1>{name}</h1>
            {Markup.If(!string.IsNullOrEmpty(lead), $"<p class=\"lead\">{lead}</p>")}
            {rest}
            </div>

            """
        );
}
