namespace Vi.Reports.Sections;

/// <summary>The laws that the tests check for this model.</summary>
internal static class LawsSection
{
    internal static Section Of(string model, IReadOnlyList<LawRecord> laws)
    {
        if (laws.Count == 0)
        {
            return new Section("laws", "Laws", Markup.Empty);
        }

        var items = Markup.ForEach(
            laws,
            law =>
                Markup.Of(
                    $"""
                    <div><dt><code>{law.Name}</code></dt><dd><p>{law.Statement}</p>
                    {(law.Formula.Length > 0 ? Formula.Of(law.Name, law.Formula) : Markup.Empty)}
                    <p class="muted">Source: {law.Source}</p></dd></div>

                    """
                )
        );
        return new Section(
            "laws",
            "Laws that cover this model",
            Markup.Of(
                $"""
                <details class="laws"><summary>{Numbers.Counted(
                    laws.Count,
                    "law"
                )} that the tests check on generated cases</summary>
                <dl>
                {items}</dl></details>
                <p class="prose">Check them on this machine, with a page of what came out:</p>
                <div class="code"><button type="button" class="copy" data-copy="verify-command">Copy</button><pre id="verify-command" tabindex="0" role="group" aria-label="Command that checks the laws">vilab verify {model}</pre></div>

                """
            )
        );
    }
}
