namespace Vi.Reports.Comparing;

/// <summary>What to use and why, the reference, and what makes the comparison doubtful.</summary>
internal static class AdviceSection
{
    internal static Markup Of(ComparedPage page)
    {
        var comparison = page.Comparison;
        var recommended = page.Fits.FirstOrDefault(fit => fit.Label == comparison.Recommended);
        var reasons = VerdictSection.List("Why", [.. comparison.Reasons.Select(Markup.Text)]);
        var reference = VerdictSection.List("Reference", [Markup.Text(comparison.ReferenceReason)]);
        return Markup.Of(
            $"""
            <div class="verdict {Badge.Tone(recommended?.Result.Verdict?.Level)}">
            <p class="sentence">{comparison.Recommendation}</p>
            <div class="pair">{reasons}{reference}</div>
            </div>
            {VerdictSection.Findings(comparison.Findings)}
            """
        );
    }
}
