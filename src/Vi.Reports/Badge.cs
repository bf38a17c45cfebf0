namespace Vi.Reports;

/// <summary>Coloured labels; the word says what the colour says.</summary>
internal static class Badge
{
    /// <summary>How a run ended. That it converged says nothing of its answer, so only an end without one has a colour.</summary>
    internal static Markup Status(RunStatus status) =>
        status is RunStatus.Diverged or RunStatus.Failed
            ? Make(TrustLevel.Unreliable, CodeText.Of(status))
            : Plain(CodeText.Of(status));

    internal static Markup Level(TrustLevel level) => Make(level, CodeText.Of(level));

    /// <summary>Whether a check passed; a pass that leaves doubt looks like one.</summary>
    internal static Markup Check(CheckRecord check) => Make(check.Level, check.IsPassed ? "passed" : "failed");

    /// <summary>The trust level, with the status or what decided against the fit below it; the status alone where there is no level.</summary>
    internal static Markup Verdict(VerdictCauses causes) =>
        causes.Level is not { } level ? Status(causes.Status)
        : causes.IsOnPurpose
            ? Markup.Of($"{Plain(CodeText.Of(level))}<small>shown on purpose: {VerdictText.Causes(causes)}</small>")
        : Markup.Of($"{Level(level)}<small>{Reason(level, causes)}</small>");

    private static string Reason(TrustLevel level, VerdictCauses causes) =>
        level == TrustLevel.Reliable ? CodeText.Of(causes.Status) : VerdictText.Causes(causes);

    internal static Markup Severity(Severity severity) =>
        severity switch
        {
            Results.Severity.Hint => Make("note", "i", CodeText.Of(severity)),
            Results.Severity.Warning => Make(TrustLevel.Usable, CodeText.Of(severity)),
            _ => Make(TrustLevel.Unreliable, CodeText.Of(severity)),
        };

    internal static Markup Status(VerificationStatus status) => Make(LevelOf(status), $"{status}".ToLowerInvariant());

    internal static TrustLevel LevelOf(VerificationStatus status) =>
        status switch
        {
            VerificationStatus.Passed => TrustLevel.Reliable,
            VerificationStatus.Broken => TrustLevel.Unreliable,
            _ => TrustLevel.Usable,
        };

    /// <summary>Class of a box with the colour of a level.</summary>
    internal static string Tone(TrustLevel? level) =>
        level switch
        {
            TrustLevel.Reliable => "good",
            TrustLevel.Usable => "fair",
            _ => "bad",
        };

    /// <summary>A text in the colour of a level.</summary>
    internal static Markup Make(TrustLevel level, string text) =>
        Make(
            Tone(level),
            level switch
            {
                TrustLevel.Reliable => "✓",
                TrustLevel.Usable => "!",
                _ => "✕",
            },
            text
        );

    private static Markup Plain(string text) => Markup.Of($"<span class=\"badge plain\">{text}</span>");

    private static Markup Make(string tone, string sign, string text) =>
        Markup.Of($"""<span class="badge {tone}"><span aria-hidden="true">{sign}</span> {text}</span>""");
}
