namespace Vi.Reports.English;

/// <summary>Checks in words.</summary>
internal static class CheckText
{
    /// <summary>What a check measures, for a table's row.</summary>
    public static string Name(string check) => Sentences.Of("check", check);

    /// <summary>What it means that the check failed.</summary>
    public static string Meaning(string check) => Sentences.Of("failed-check", check);

    /// <summary>The check's figure, or "unknown".</summary>
    public static string Value(CheckRecord check) =>
        double.IsFinite(check.Value) ? Numbers.Significant(check.Value) : "unknown";

    /// <summary>What passes, e.g. <c>at most 1.01</c>.</summary>
    public static string Target(CheckRecord check) =>
        $"{(check.HigherIsBetter ? "at least" : "at most")} {Numbers.Significant(check.Target)}";

    /// <summary>What was seen in a failed check, and what it means.</summary>
    public static string Sentence(CheckRecord check)
    {
        var subject = check.Subject is { } name ? $" for {name}" : "";
        return $"{Name(check.Id)}: {Value(check)}{subject}, {Target(check)}: {Meaning(check.Id)}.";
    }
}
