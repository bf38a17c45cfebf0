namespace Vi.Reports.Comparing;

/// <summary>What to use and why, the reference, and what makes the comparison doubtful.</summary>
internal static class AdviceSection
{
    internal static Section Of(ComparedRuns run)
    {
        var comparison = run.Comparison;
        var at = comparison.Fits.Select(fit => fit.Label).ToList().IndexOf(comparison.Recommended ?? "");
        var tone = at < 0 ? "bad" : Badge.Tone(run.Results[at].Verdict?.Level);
        return new Section(
            "recommendation",
            "Recommendation",
            Markup.Of(
                $"""
                <div class="verdict {tone}">
                <p class="sentence">{comparison.Recommendation}</p>
                <div class="pair">{VerdictSection.List("Why", [.. comparison.Reasons.Select(reason => Markup.Of($"{reason}"))])}{VerdictSection.List(
                    "Reference",
                    [Markup.Of($"{comparison.ReferenceReason}")]
                )}</div>
                </div>
                {VerdictSection.Findings(comparison.Findings)}
                """
            )
        );
    }
}
