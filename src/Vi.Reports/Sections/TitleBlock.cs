namespace Vi.Reports.Sections;

/// <summary>Name, description and how the run ended.</summary>
internal static class TitleBlock
{
    internal static Markup Of(RunResult result)
    {
        var description = result.Description is { Length: > 0 } text
            ? Markup.Of($"<p class=\"lead\">{text}</p>")
            : Markup.Empty;
        var started = result.StartedAt.ToUniversalTime();
        return Markup.Of(
            $"""
            <div class="title">
            <p class="eyebrow">{result.Model.Title}{(result.Label is null ? "" : $" by {result.Label}")}</p>
            <h1>{result.Name}</h1>
            {description}
            <p class="outcome">{Badge.Status(result.Status)} {result.Reason}</p>
            <p class="muted">Started <time datetime="{started.ToString(
                "yyyy-MM-ddTHH:mm:ssZ",
                CultureInfo.InvariantCulture
            )}">{started.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)}</time> (UTC)</p>
            </div>

            """
        );
    }
}
