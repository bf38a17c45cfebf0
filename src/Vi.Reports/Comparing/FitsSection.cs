namespace Vi.Reports.Comparing;

/// <summary>All fits in one table: verdict, bound, distance from the reference, time.</summary>
internal static class FitsSection
{
    internal static Markup Of(ComparedPage page)
    {
        var table = Table.Of<Fit>(
            "The fits",
            page.Fits,
            [
                new("fit", fit => Name(page, fit)),
                new("verdict and status", fit => Badge.Verdict(VerdictCauses.Of(fit.Result))),
                new("ELBO (nats)", fit => Markup.Nats(fit.Result.Elbo?.Value)),
                new("below the best (nats)", fit => fit.BelowBest is { } nats ? Markup.Number(nats) : Markup.Dash),
                new("largest shift of a mean (sd)", fit => Shift(fit.Distance)),
                new("sds, times the reference's", fit => Ratios(fit.Distance)),
                new("fit time", fit => Markup.Duration(fit.Seconds)),
            ],
            textColumns: 2
        );
        return Markup.Of(
            $"""
            {table}
            <p class="muted">A shift is a difference of means in standard deviations of the reference. Each fit's name leads to its own report.</p>
            {Markup.ForEach(page.Fits, Warnings)}
            """
        );
    }

    private static Markup Name(ComparedPage page, Fit fit) =>
        Markup.Of(
            $"""<a href="{Uri.EscapeDataString(ReportPages.FileOf(page.Run, fit.At))}">{fit.Label}</a>{Markup.Small(fit.IsReference ? "reference" : "")}"""
        );

    private static Markup Shift(PosteriorDistance? distance) =>
        distance is null ? Markup.Dash : Markup.At(distance.LargestShift, distance.LargestShiftAt);

    private static Markup Ratios(PosteriorDistance? distance) =>
        distance is null
            ? Markup.Dash
            : Markup.Text(
                $"{Numbers.Significant(distance.SmallestRatio)} to {Numbers.Significant(distance.LargestRatio)}"
            );

    private static Markup Warnings(Fit fit)
    {
        var warnings = Markup.ForEach(
            fit.Result.Findings.Where(finding => finding.Severity != Severity.Hint),
            finding => Markup.Of($"<li>{Badge.Severity(finding.Severity)} {finding.Message}</li>")
        );
        return Markup.If(!warnings.IsEmpty, $"<h3>{fit.Label}: warnings</h3>\n<ul>{warnings}</ul>\n");
    }
}
