namespace Vi.Reports.English;

/// <summary>Codes in words.</summary>
internal static class CodeText
{
    /// <summary>How a run ended.</summary>
    public static string Of(RunStatus status) => Sentences.Code(status).Replace('-', ' ');

    /// <summary>Whether an answer can be used.</summary>
    public static string Of(TrustLevel level) =>
        level switch
        {
            TrustLevel.Reliable => "reliable",
            TrustLevel.Usable => "use with care",
            _ => "unreliable",
        };

    public static string Of(Severity severity) => Sentences.Code(severity);

    /// <summary>The result's trust level; its status where there is none.</summary>
    public static string Verdict(RunResult result) =>
        result.Verdict is { } verdict ? Of(verdict.Level) : Of(result.Status);

    /// <summary>How many results have what, the best first, e.g. <c>2 reliable, 1 failed</c>.</summary>
    public static string Tally(IEnumerable<RunResult> results) =>
        string.Join(
            ", ",
            results
                .OrderBy(result => result.Verdict is { } verdict ? (int)verdict.Level : int.MaxValue)
                .GroupBy(Verdict, StringComparer.Ordinal)
                .Select(group => $"{Numbers.Count(group.Count())} {group.Key}")
        );
}
