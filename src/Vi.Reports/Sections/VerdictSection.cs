namespace Vi.Reports.Sections;

/// <summary>Whether to believe the fit, why, what to try, and what else was noticed.</summary>
internal static class VerdictSection
{
    internal static Section Of(RunResult result) =>
        new("verdict", "Verdict", Markup.Concat(Judgement(result.Verdict), Findings(result.Findings)));

    private static Markup Judgement(Judgement? verdict)
    {
        if (verdict is null)
        {
            return Markup.Trusted(
                """<div class="verdict bad"><p class="sentence">There is no answer to judge: the run ended before it had one.</p></div>"""
            );
        }

        return Markup.Of(
            $"""
            <div class="verdict {Badge.Tone(verdict.Level)}">
            <p class="level">{Badge.Level(verdict.Level)}</p>
            <p class="sentence">{verdict.Sentence}</p>
            <div class="pair">{List("Why", verdict.Reasons)}{List("What to try next", verdict.Advice)}</div>
            </div>

            """
        );
    }

    /// <summary>Sentences below a heading; nothing where there are none.</summary>
    internal static Markup List(string heading, IReadOnlyList<string> sentences) =>
        sentences.Count == 0
            ? Markup.Empty
            : Markup.Of(
                $"<div><h3>{heading}</h3><ul>{Markup.ForEach(sentences, sentence => Markup.Of($"<li>{sentence}</li>"))}</ul></div>"
            );

    /// <summary>A list of findings, the gravest first.</summary>
    internal static Markup Findings(IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            return Markup.Empty;
        }

        var items = Markup.ForEach(
            findings.OrderBy(finding => Rank(finding.Severity)),
            finding =>
                Markup.Of(
                    $"<li>{Badge.Severity(finding.Severity)} <span>{finding.Message} <code>{finding.Code}</code></span></li>\n"
                )
        );
        return Markup.Of($"<h3>Findings</h3>\n<ul class=\"findings\">\n{items}</ul>\n");
    }

    private static int Rank(string severity) =>
        severity switch
        {
            "error" => 0,
            "warning" => 1,
            _ => 2,
        };
}
