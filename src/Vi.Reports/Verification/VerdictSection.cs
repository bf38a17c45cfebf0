namespace Vi.Reports.Verification;

/// <summary>Verdicts of fits next to their true errors.</summary>
internal static class VerdictSection
{
    internal static Markup Of(VerificationResult result)
    {
        if (result.Verdicts is not { } study)
        {
            return Markup.Empty;
        }

        var tables = VerdictTables.All(study);
        return Markup.Of(
            $"""
            <p class="prose">Data sets are drawn, fitted by each algorithm, and compared with the posterior, which is exact or comes from long chains. A fit is right where every mean is within 0.1 posterior standard deviations and every standard deviation within 10 %. It is wrong where a mean is off by more than 0.5 or a standard deviation by more than 30 %. Fits whose long chains do not agree are counted apart.</p>
            {Promises(study.All)}
            {Counts(tables[0])}
            {Counts(tables[1])}
            {ChartFigure.Of(Levels(study.All))}
            <details><summary>By kind of data set and algorithm</summary>
            {Counts(tables[2])}
            </details>
            {Notable(study)}
            """
        );
    }

    private static Markup Promises(VerdictCountRecord all) =>
        Table.Of<(string Text, VerdictPromiseRecord Promise)>(
            "Promises",
            [
                ("Of fits called reliable, at most 2 % are wrong", all.ReliablesWrong),
                ("Of fits that are right, at least 60 % are called reliable", all.RightsReliable),
            ],
            [
                new("promise", row => row.Text),
                new("seen", row => $"{Numbers.Count(row.Promise.Count)} of {Numbers.Count(row.Promise.Among)}"),
                new(
                    "95 % interval",
                    row => $"{Numbers.Percent(row.Promise.Lower)} to {Numbers.Percent(row.Promise.Upper)}"
                ),
                new("p if it holds", row => CalibrationText.PValue(row.Promise.PValue)),
                new("verdict", row => Verdict(row.Promise.Holds)),
            ]
        );

    private static Markup Verdict(bool holds) =>
        holds ? Badge.Make(TrustLevel.Reliable, "holds") : Badge.Make(TrustLevel.Unreliable, "broken");

    private static Markup Counts((string Head, IReadOnlyList<VerdictCountRecord> Counts) table) =>
        Table.Of<VerdictCountRecord>(
            $"Verdicts by {table.Head}",
            table.Counts,
            [
                new(table.Head, count => count.Name),
                .. VerdictTables.Columns.Select(column => new Column<VerdictCountRecord>(column.Head, column.Text)),
            ]
        );

    private static XyChart Levels(VerdictCountRecord all)
    {
        VerdictErrorsRecord[] levels = [all.Reliable, all.Usable, all.Unreliable];
        Series Bars(string name, Func<VerdictErrorsRecord, int> count) =>
            new()
            {
                Name = name,
                Style = "bars",
                Labels = ["reliable", "use with care", "unreliable"],
                Y = [.. levels.Select(level => (double)count(level))],
            };
        return new XyChart
        {
            Id = "verdicts",
            Title = "True errors by verdict",
            Caption =
                "Fits by what they say of themselves and by their error. Wrong fits called reliable break the promise.",
            X = "verdict",
            Y = "fits",
            Series =
            [
                Bars("right", errors => errors.Right),
                Bars("in between", errors => errors.Between),
                Bars("wrong", errors => errors.Wrong),
            ],
        };
    }

    private static Markup Notable(VerdictStudyRecord study) =>
        Table.Of<VerdictRecord>(
            "Fits called reliable that are wrong, and fits that failed",
            study.Notable,
            [
                new("kind", row => row.Kind),
                new("algorithm", row => row.Algorithm),
                new("data set", row => Numbers.Count(row.Number + 1)),
                new("seed", row => $"{row.Seed}"),
                new("mean off by, sd", row => Figure(row, row.MeanError, row.MeanOf)),
                new("sd / right sd", row => Figure(row, row.SdRatio, row.SdOf)),
                new("failure", row => row.Failure ?? ""),
            ],
            textColumns: 2
        );

    private static string Figure(VerdictRecord row, double value, string of) =>
        row.Failure is null ? $"{Numbers.Significant(value)} ({of})" : "";
}
