namespace Vi.Reports;

/// <summary>Coloured labels; the word says what the colour says.</summary>
internal static class Badge
{
    internal static Markup Status(string status) =>
        status switch
        {
            "converged" => Make("good", "✓", status),
            "diverged" or "failed" => Make("bad", "✕", status),
            _ => Make("fair", "!", status),
        };

    internal static Markup Level(string level) =>
        level switch
        {
            "reliable" => Make("good", "✓", level),
            "not-to-be-believed" => Make("bad", "✕", level),
            _ => Make("fair", "!", level),
        };

    internal static Markup Severity(string severity) =>
        severity switch
        {
            "error" => Make("bad", "✕", severity),
            "warning" => Make("fair", "!", severity),
            _ => Make("note", "i", severity),
        };

    /// <summary>How a check of the laws, one law or one specimen came out.</summary>
    internal static Markup Check(string outcome) =>
        outcome switch
        {
            "passed" or "rejected" => Make("good", "✓", outcome),
            "broken" or "not rejected" => Make("bad", "✕", outcome),
            _ => Make("fair", "!", outcome),
        };

    /// <summary>Class of a box with the colour of a verdict's level.</summary>
    internal static string Tone(string? level) =>
        level switch
        {
            "reliable" => "good",
            "usable" => "fair",
            _ => "bad",
        };

    private static Markup Make(string tone, string sign, string text) =>
        Markup.Of(
            $"""<span class="badge {tone}"><span aria-hidden="true">{sign}</span> {text.Replace('-', ' ')}</span>"""
        );
}
