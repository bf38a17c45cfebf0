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
    public static string Verdict(RunResult result) => Verdict(result.Verdict?.Level, result.Status);

    /// <summary>How many results have what, the best first, e.g. <c>2 reliable, 1 failed</c>.</summary>
    public static string Tally(IEnumerable<(TrustLevel? Level, RunStatus Status)> results) =>
        string.Join(
            ", ",
            results
                .OrderBy(result => (int?)result.Level ?? int.MaxValue)
                .GroupBy(result => Verdict(result.Level, result.Status), StringComparer.Ordinal)
                .Select(group => $"{Numbers.Count(group.Count())} {group.Key}")
        );

    private static string Verdict(TrustLevel? level, RunStatus status) => level is { } known ? Of(known) : Of(status);
}
