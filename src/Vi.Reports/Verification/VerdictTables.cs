namespace Vi.Reports.Verification;

/// <summary>Tables of verdicts next to true errors, for terminals, documents and pages.</summary>
public static class VerdictTables
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
    public static IReadOnlyList<(string Head, IReadOnlyList<VerdictCountRecord> Counts)> All(VerdictStudyRecord study)
    {
        ArgumentNullException.ThrowIfNull(study);
        return
        [
            ("model", [.. study.Models, study.All]),
            ("algorithm", [.. study.Algorithms, study.All]),
            ("kind and algorithm", study.Kinds),
        ];
    }

    /// <summary>The tables as a Markdown document.</summary>
    public static string Markdown(VerificationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var study = result.Verdicts ?? throw new ArgumentException("there are no verdicts", nameof(result));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{StudyText.Sentence(study)}\n");
        foreach (var (head, counts) in All(study))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n| {head} | {string.Join(" | ", Columns.Select(column => column.Head))} |\n"
            );
            text.Append(
                CultureInfo.InvariantCulture,
                $"|{string.Concat(Enumerable.Repeat("---|", Columns.Count + 1))}\n"
            );
            foreach (var count in counts)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {count.Name} | {string.Join(" | ", Columns.Select(column => column.Text(count)))} |\n"
                );
            }
        }

        return text.ToString();
    }

    private static string Errors(VerdictErrorsRecord errors) =>
        $"{Numbers.Count(errors.Right)}, {Numbers.Count(errors.Between)}, {Numbers.Count(errors.Wrong)}";

    private static string Share(VerdictPromiseRecord promise) =>
        promise.Among == 0 ? "" : Numbers.Percent((double)promise.Count / promise.Among);
}
