namespace Vi.Reports.Comparing;

/// <summary>All fits in one table: verdict, bound, distance from the reference, time.</summary>
internal static class FitsSection
{
    private static readonly string[] Heads =
    [
        "fit",
        "verdict and status",
        "ELBO (nats)",
        "below the best (nats)",
        "largest shift of a mean (sd)",
        "sds, times the reference's",
        "fit time",
    ];

    internal static Section Of(ComparedRuns run)
    {
        var rows = run.Comparison.Fits.Select((fit, i) => Row(run, fit, i));
        var withFindings = run
            .Results.Select((result, i) => (result, label: run.Comparison.Fits[i].Label))
            .Where(pair => pair.result.Findings.Any(finding => finding.Severity != Severity.Hint))
            .ToList();
        return new Section(
            "fits",
            "The fits",
            Markup.Of(
                $"""
                {Table.Of("The fits", Heads, rows, textColumns: 2)}
                <p class="muted">A shift is a difference of means in standard deviations of the reference. Each fit's name leads to its own report.</p>
                {Markup.ForEach(
                    withFindings,
                    pair =>
                        Markup.Of(
                            $"<h3>{pair.label}: warnings</h3>\n<ul>{Markup.ForEach(
                                pair.result.Findings.Where(finding => finding.Severity != Severity.Hint),
                                finding => Markup.Of($"<li>{Badge.Severity(finding.Severity)} {finding.Message}</li>")
                            )}</ul>\n"
                        )
                )}
                """
            )
        );
    }

    private static IReadOnlyList<Markup> Row(ComparedRuns run, ComparedFit fit, int i)
    {
        var result = run.Results[i];
        var isReference = fit.Label == run.Comparison.Reference;
        return
        [
            Markup.Of(
                $"""<a href="{Uri.EscapeDataString(ReportPages.FileOf(run, i))}">{fit.Label}</a>{(isReference ? Markup.Trusted("<small>reference</small>") : Markup.Empty)}"""
            ),
            Badge.Verdict(result),
            result.Elbo is { } bound ? Markup.Exact(bound.Value, Numbers.Nats(bound.Value)) : Dash,
            fit.BelowBest is { } below ? Markup.Exact(below, Numbers.Significant(below)) : Dash,
            fit.Distance is { } distance
                ? Markup.Of(
                    $"{Markup.Exact(distance.LargestShift, Numbers.Significant(distance.LargestShift))}<small>{distance.LargestShiftAt}</small>"
                )
                : Dash,
            fit.Distance is { } ratios
                ? Markup.Of(
                    $"{Numbers.Significant(ratios.SmallestRatio)} to {Numbers.Significant(ratios.LargestRatio)}"
                )
                : Dash,
            Markup.Exact(result.Timing.FitSeconds, Numbers.Duration(result.Timing.FitSeconds)),
        ];
    }

    private static Markup Dash { get; } = Markup.Trusted("–");
}
