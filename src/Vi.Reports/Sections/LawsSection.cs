namespace Vi.Reports.Sections;

/// <summary>The laws that the tests check for this model.</summary>
internal static class LawsSection
{
    internal static Section Of(string model, IReadOnlyList<LawRecord> laws) =>
        new("laws", "Laws that cover this model", laws.Count == 0 ? Markup.Empty : Body(model, laws));

    private static Markup Body(string model, IReadOnlyList<LawRecord> laws)
    {
        var items = Markup.ForEach(
            laws,
            law =>
                Markup.Of(
                    $"""
                    <div><dt><code>{law.Name}</code></dt><dd><p>{law.Statement}</p>
                    {Formula.Of(law.Name, law.Formula)}
                    <p class="muted">Source: {law.Source}</p></dd></div>

                    """
                )
        );
        return Markup.Of(
            $"""
            <details class="laws"><summary>{Numbers.Counted(
                laws.Count,
                "law"
            )} that the tests check on generated cases</summary>
            <dl>
            {items}</dl></details>
            <p class="prose">Check them on this machine, with a page of what came out:</p>
            {Markup.Copied("verify-command", "Command that checks the laws", $"vilab verify {model}")}

            """
        );
    }
}
