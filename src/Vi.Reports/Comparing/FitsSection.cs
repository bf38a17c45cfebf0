namespace Vi.Reports.Comparing;

/// <summary>All fits in one table: verdict, bound, distance from the reference, time.</summary>
internal static class FitsSection
{
    internal static Markup Of(ComparedRuns run)
    {
        var fits = run
            .Comparison.Fits.Select((fit, i) => (Fit: fit, Result: run.Results[i], Page: ReportPages.FileOf(run, i)))
            .ToList();
        var table = Table.Of(
            "The fits",
            fits,
            [
                new("fit", row => Name(row.Fit.Label, row.Page, row.Fit.Label == run.Comparison.Reference)),
                new("verdict and status", row => Badge.Verdict(row.Result)),
                new("ELBO (nats)", row => Markup.Nats(row.Result.Elbo?.Value)),
                new(
                    "below the best (nats)",
                    row => row.Fit.BelowBest is { } below ? Markup.Number(below) : Markup.Dash
                ),
                new("largest shift of a mean (sd)", row => Shift(row.Fit.Distance)),
                new("sds, times the reference's", row => Ratios(row.Fit.Distance)),
                new("fit time", row => Markup.Duration(row.Result.Timing.FitSeconds)),
            ],
            textColumns: 2
        );
        return Markup.Of(
            $"""
            {table}
            <p class="muted">A shift is a difference of means in standard deviations of the reference. Each fit's name leads to its own report.</p>
            {Markup.ForEach(fits, row => Warnings(row.Fit.Label, row.Result))}
            """
        );
    }

    private static Markup Name(string label, string page, bool isReference) =>
        Markup.Of(
            $"""<a href="{Uri.EscapeDataString(page)}">{label}</a>{Markup.Small(isReference ? "reference" : "")}"""
        );

    private static Markup Shift(PosteriorDistance? distance) =>
        distance is null
            ? Markup.Dash
            : Markup.Of($"{Markup.Number(distance.LargestShift)}{Markup.Small(distance.LargestShiftAt)}");

    private static Markup Ratios(PosteriorDistance? distance) =>
        distance is null
            ? Markup.Dash
            : Markup.Of(
                $"{Numbers.Significant(distance.SmallestRatio)} to {Numbers.Significant(distance.LargestRatio)}"
            );

    private static Markup Warnings(string label, RunResult result)
    {
        var warnings = Markup.ForEach(
            result.Findings.Where(finding => finding.Severity != Severity.Hint),
            finding => Markup.Of($"<li>{Badge.Severity(finding.Severity)} {finding.Message}</li>")
        );
        return warnings.IsEmpty ? Markup.Empty : Markup.Of($"<h3>{label}: warnings</h3>\n<ul>{warnings}</ul>\n");
    }
}
