namespace Vi.Reports.Verification;

/// <summary>What a study of verdicts found, in words.</summary>
internal static class StudyText
{
    /// <summary>Groups that break the promise that fits called reliable are right: all fits together, or those of one algorithm.</summary>
    public static IEnumerable<VerdictCountRecord> Broken(VerdictStudyRecord? study) =>
        study?.Algorithms.Prepend(study.All).Where(count => !count.ReliablesWrong.Holds) ?? [];

    /// <summary>E.g. <c>of 118 fits called reliable 3 are wrong (2.5 %, 95 % interval 0.5 to 7.3 %)</c>.</summary>
    public static string Wrong(VerdictCountRecord count) =>
        $"of {Numbers.Counted(count.ReliablesWrong.Among, "fit")} called reliable {Numbers.Count(count.ReliablesWrong.Count)} {(count.ReliablesWrong.Count == 1 ? "is" : "are")} wrong{Share(count.ReliablesWrong)}";

    /// <summary>E.g. <c>of 70 fits that are right 66 are called reliable (94.3 %, 95 % interval 86 to 98.4 %)</c>.</summary>
    public static string Recognised(VerdictCountRecord count) =>
        $"of {Numbers.Counted(count.RightsReliable.Among, "fit")} that {(count.RightsReliable.Among == 1 ? "is" : "are")} right {Numbers.Count(count.RightsReliable.Count)} {(count.RightsReliable.Count == 1 ? "is" : "are")} called reliable{Share(count.RightsReliable)}";

    public static string Sentence(VerdictStudyRecord study)
    {
        var first = Wrong(study.All);
        var stopped =
            study.Missing > 0
                ? $" Stopped by request: {Numbers.Counted(study.Missing, "fit")} missing; --resume continues."
                : "";
        return $"{char.ToUpperInvariant(first[0])}{first[1..]}; {Recognised(study.All)}.{stopped}";
    }

    private static string Share(VerdictPromiseRecord promise) =>
        promise.Among == 0
            ? ""
            : $" ({Numbers.Percent((double)promise.Count / promise.Among)}, 95 % interval {Numbers.Percent(promise.Lower)} to {Numbers.Percent(promise.Upper)})";
}
