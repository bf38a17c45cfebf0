namespace Vi.Reports.Comparing;

/// <summary>What to use and why, the reference, and what makes the comparison doubtful.</summary>
internal static class AdviceSection
{
    internal static Markup Of(ComparedRuns run)
    {
        var comparison = run.Comparison;
        var at = comparison.Fits.Select(fit => fit.Label).ToList().IndexOf(comparison.Recommended ?? "");
        var tone = at < 0 ? "bad" : Badge.Tone(run.Results[at].Verdict?.Level);
        var reasons = VerdictSection.List("Why", [.. comparison.Reasons.Select(Markup.Text)]);
        var reference = VerdictSection.List("Reference", [Markup.Text(comparison.ReferenceReason)]);
        return Markup.Of(
            $"""
            <div class="verdict {tone}">
            <p class="sentence">{comparison.Recommendation}</p>
            <div class="pair">{reasons}{reference}</div>
            </div>
            {VerdictSection.Findings(comparison.Findings)}
            """
        );
    }
}
