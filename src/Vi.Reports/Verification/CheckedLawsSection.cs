namespace Vi.Reports.Verification;

/// <summary>Every law, by chapter: how near it came, and on opening what it says and where it comes from.</summary>
internal static class CheckedLawsSection
{
    /// <summary>Decades of error over allowance that a gauge shows: from 1e-8 to 10.</summary>
    private const double LowestDecade = -8;
    private const double Decades = 9;

    internal static Markup Of(VerificationResult result) =>
        Markup.If(
            result.Laws.Count > 0,
            $"""
            <div class="search">
            <label for="law-search">Find laws</label>
            <input type="search" id="law-search" placeholder="name, words, source, model" autocomplete="off">
            <label for="law-kind">Show</label>
            <select id="law-kind"><option value="0">all</option><option value="0.1">error above a tenth of what is allowed</option><option value="1.0000001">broken</option></select>
            <span id="law-count" role="status"></span>
            </div>
            <p class="muted">The bar is the largest error over what is allowed, on a logarithmic scale from 10⁻⁸; the line in it is 1, where a law breaks.</p>
            {Markup.ForEach(
                result.Laws.GroupBy(law => law.Chapter, StringComparer.Ordinal),
                chapter => Chapter(result, chapter)
            )}
            """
        );

    private static Markup Chapter(VerificationResult result, IGrouping<string, CheckedLaw> laws) =>
        Markup.Of(
            $"""
            <div class="chapter">
            <h3>{laws.Key} <span class="muted">{Numbers.Counted(laws.Count(), "law")}, {Numbers.Duration(
                laws.Sum(law => law.Seconds)
            )}</span></h3>
            {Markup.ForEach(laws, law => Law(result, law))}</div>

            """
        );

    private static Markup Law(VerificationResult result, CheckedLaw law)
    {
        var isBroken = law.Counterexample is not null;
        var anchor = Anchor.For(law.Name);
        var badge = isBroken ? Badge.Make(TrustLevel.Unreliable, "broken") : Markup.Empty;
        var slack = law.WorstSlack.ToString("R", CultureInfo.InvariantCulture);
        return Markup.Of(
            $"""
            <details class="laws law" id="{anchor}" data-slack="{slack}"{Markup.If(isBroken, $" open")}>
            <summary><span class="name">{badge}{law.Name}</span>{Gauge(law.WorstSlack)}<span class="count">{Numbers.Counted(
                law.Cases,
                "case"
            )}</span><span class="count">{Numbers.Duration(law.Seconds)}</span></summary>
            <div class="body">
            <p>{law.Statement}</p>
            {Formula.Of(law.Name, law.Formula)}
            <p class="muted">Source: {law.Source}. Covers: {string.Join(", ", law.Covers)}.</p>
            <p class="muted">Largest error over its allowance: {Numbers.Significant(law.WorstSlack)} ({law.WorstQuantity}).</p>
            {CounterexampleBox.Of(law.Counterexample, law.Name)}{Markup.If(isBroken, $"{Again(result, law, anchor)}")}</div>
            </details>

            """
        );
    }

    private static Markup Again(VerificationResult result, CheckedLaw law, string anchor) =>
        Markup.Of(
            $"""

            <p>Again, on the same cases:</p>
            {Markup.Copied($"{anchor}-command", $"Command for {law.Name}", VerificationText.CommandFor(result, law))}

            """
        );

    private static Markup Gauge(double slack)
    {
        var at = slack <= 0 ? 0 : Clamp((Log10(slack) - LowestDecade) / Decades, 0, 1);
        var tone = slack switch
        {
            > 1 => "bad",
            >= 0.5 => "fair",
            _ => "good",
        };
        var width = (100 * at).ToString("F1", CultureInfo.InvariantCulture);
        var said = slack <= 0 ? "exact" : $"{Numbers.Significant(slack)} of what is allowed";
        return Markup.Of(
            $"""<span class="gauge {tone}" role="img" aria-label="largest error: {said}" title="{said}"><span style="width:{width}%"></span></span>"""
        );
    }
}

/// <summary>A case that breaks a law, as it is shown; nothing where there is none.</summary>
internal static class CounterexampleBox
{
    internal static Markup Of(CounterexampleRecord? found, string about) =>
        Markup.If(
            found is not null,
            $"""
            <p>{found!.Quantity}: off by {Numbers.Significant(found.Error)}, allowed {Numbers.Significant(
                found.Allowed
            )}. Case {Numbers.Count(found.At)}, shrunk in {Numbers.Counted(found.Shrinks, "step")} to</p>
            <div class="code"><pre tabindex="0" role="group" aria-label="Counterexample to {about}">{found.Case}</pre></div>

            """
        );
}

/// <summary>The museum: wrong formulas and algorithms seen in the wild, and how the laws reject them.</summary>
internal static class MuseumSection
{
    internal static Markup Of(VerificationResult result) =>
        Markup.If(
            result.Specimens.Count > 0,
            $"""
            <p class="prose">Each of these was seen in a document, in a package, or is a slip that is often made. A law that lets one pass has gone blunt.</p>
            {Markup.ForEach(result.Specimens, specimen => Exhibit(result, specimen))}
            """
        );

    private static Markup Exhibit(VerificationResult result, CheckedSpecimen specimen)
    {
        var isRejected = specimen.Counterexample is not null;
        var badge = isRejected
            ? Badge.Make(TrustLevel.Reliable, "rejected")
            : Badge.Make(TrustLevel.Unreliable, "not rejected");
        var isLinked = result.Laws.Any(law => law.Name == specimen.RejectedBy);
        var law = isLinked ? Anchor.Link(specimen.RejectedBy) : Markup.Text(specimen.RejectedBy);
        return Markup.Of(
            $"""
            <details class="laws specimen" id="{Anchor.For(specimen.Name)}"{Markup.If(!isRejected, $" open")}>
            <summary><span class="name">{badge}{specimen.Name}</span></summary>
            <div class="body">
            <p>{specimen.Wrong}</p>
            <p class="muted">Seen in: {specimen.SeenIn}</p>
            <p>{(isRejected ? "Rejected" : "Ought to be rejected")} by the law {law}.</p>
            {CounterexampleBox.Of(specimen.Counterexample, specimen.Name)}</div>
            </details>

            """
        );
    }
}
