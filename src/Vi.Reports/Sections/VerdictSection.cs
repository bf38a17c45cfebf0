namespace Vi.Reports.Sections;

/// <summary>Whether the answer can be used, what was checked, what to try, and what else was noticed.</summary>
internal static class VerdictSection
{
    internal static Markup Of(RunResult result) => Markup.Concat(Judgement(result), Findings(result.Findings));

    private static Markup Judgement(RunResult result)
    {
        var verdict = result.Verdict;
        return Markup.Of(
            $"""
            <div class="verdict {Badge.Tone(verdict?.Level)}">
            <p class="level">{(verdict is null ? Markup.Empty : Badge.Level(verdict.Level))}</p>
            <p class="sentence">{Sentence(VerdictText.Causes(result))}</p>
            {Markup.If(
                VerdictCauses.Of(result).IsOnPurpose,
                $"<p>Shown on purpose: the experiment expects this verdict.</p>"
            )}
            {List("What to try", [.. (verdict?.Advice ?? []).Select(Advice)])}</div>
            {Checks(verdict?.Checks ?? [])}
            """
        );
    }

    private static Markup Checks(IReadOnlyList<CheckRecord> checks)
    {
        var table = Table.Of<CheckRecord>(
            "Checks",
            checks,
            [
                new(
                    "check",
                    check =>
                        Markup.Of(
                            $"{CheckText.Name(check.Id)}{Markup.Small(check.IsPassed ? "" : CheckText.Meaning(check.Id))}"
                        )
                ),
                new("result", Badge.Check),
                new(
                    "value",
                    check =>
                        Markup.Of(
                            $"{Markup.Exact(check.Value, CheckText.Value(check))}{Markup.Small(check.Subject ?? "")}"
                        )
                ),
                new("target", CheckText.Target),
            ],
            textColumns: 2
        );
        var open = checks.All(check => check.IsPassed) ? "" : " open";
        return Markup.If(
            !table.IsEmpty,
            $"<h3>Checks</h3>\n<details{Markup.Trusted(open)}><summary>{Passed(checks)}</summary>\n{table}</details>\n"
        );
    }

    private static string Passed(IReadOnlyList<CheckRecord> checks) =>
        $"{Numbers.Count(checks.Count(check => check.IsPassed))} of {Numbers.Counted(checks.Count, "check")} passed";

    private static Markup Advice(AdviceRecord advice) =>
        Markup.Of(
            $"{AdviceText.Action(advice)}{(AdviceText.Setting(advice) is { } setting ? Markup.Of($": {Copied(setting)}") : Markup.Text("."))}"
        );

    private static Markup Copied(SettingChange setting) => Markup.Of($"<code>{AdviceText.Setting(setting)}</code>");

    /// <summary>Sentences below a heading; nothing where there are none.</summary>
    internal static Markup List(string heading, IReadOnlyList<Markup> sentences) =>
        Markup.If(
            sentences.Count > 0,
            $"<div><h3>{heading}</h3><ul>{Markup.ForEach(sentences, sentence => Markup.Of($"<li>{sentence}</li>"))}</ul></div>"
        );

    /// <summary>A list of findings, the gravest first.</summary>
    internal static Markup Findings(IReadOnlyList<Finding> findings) =>
        Markup.If(
            findings.Count > 0,
            $"<h3>Findings</h3>\n<ul class=\"findings\">\n{Markup.ForEach(findings.OrderByDescending(finding => finding.Severity), Item)}</ul>\n"
        );

    private static Markup Item(Finding finding) =>
        Markup.Of(
            $"<li>{Badge.Severity(finding.Severity)} <span>{finding.Message}{(finding.Setting is { } setting ? Markup.Of($" Try {Copied(setting)}") : Markup.Empty)} <code>{finding.Code}</code></span></li>\n"
        );

    private static string Sentence(string clause) => char.ToUpperInvariant(clause[0]) + clause[1..] + ".";
}
