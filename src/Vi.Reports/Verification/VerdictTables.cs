namespace Vi.Reports.Verification;

/// <summary>Tables of verdicts next to true errors, for terminals, documents and pages.</summary>
internal static class VerdictTables
{
    /// <summary>File name of the tables as a Markdown document.</summary>
    public const string FileName = "verdicts.md";

    /// <summary>A column of the tables after the first, which has the names.</summary>
    /// <param name="Head">Its head.</param>
    /// <param name="Text">Its text in a row.</param>
    public sealed record CountColumn(string Head, Func<VerdictCountRecord, string> Text);

    /// <summary>The columns after the names. A triple has the fits that are right, in between, and wrong.</summary>
    public static IReadOnlyList<CountColumn> Columns { get; } =
    [
        new("reliable: right, between, wrong", count => Errors(count.Reliable)),
        new("use with care", count => Errors(count.Usable)),
        new("unreliable", count => Errors(count.Unreliable)),
        new("wrong of reliable", count => Share(count.ReliablesWrong)),
        new("reliable of right", count => Share(count.RightsReliable)),
        new("no reference", count => Numbers.Count(count.WithoutReference)),
        new("failed", count => Numbers.Count(count.Failed)),
    ];

    /// <summary>The tables with the heads of their first columns.</summary>
    public static IReadOnlyList<(string Head, IReadOnlyList<VerdictCountRecord> Counts)> All(
        VerdictStudyRecord study
    ) =>
        [
            ("model", [.. study.Models, study.All]),
            ("algorithm", [.. study.Algorithms, study.All]),
            ("kind and algorithm", study.Kinds),
        ];

    /// <summary>The tables as a Markdown document.</summary>
    public static string Markdown(VerificationResult result)
    {
        var study = result.Verdicts!;
        static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";
        var rule = $"|{string.Concat(Enumerable.Repeat("---|", Columns.Count + 1))}\n";
        var tables = All(study)
            .SelectMany(table =>
                table
                    .Counts.Select(count => Line(Columns.Select(column => column.Text(count)).Prepend(count.Name)))
                    .Prepend($"\n{Line(Columns.Select(column => column.Head).Prepend(table.Head))}{rule}")
            );
        return $"{StudyText.Sentence(study)}\n{string.Concat(tables)}";
    }

    private static string Errors(VerdictErrorsRecord errors) =>
        $"{Numbers.Count(errors.Right)}, {Numbers.Count(errors.Between)}, {Numbers.Count(errors.Wrong)}";

    private static string Share(VerdictPromiseRecord promise) =>
        promise.Among == 0 ? "" : Numbers.Percent((double)promise.Count / promise.Among);
}
