namespace Vi.Reports;

/// <summary>A formula: its LaTeX source, which the page's script turns into MathML; without scripts the source remains readable.</summary>
internal static class Formula
{
    /// <summary>The formula; nothing where there is none.</summary>
    internal static Markup Of(string label, string latex) =>
        Markup.If(
            latex.Length > 0,
            $"""<div class="scroll formula" role="group" tabindex="0" aria-label="{label}"><code class="latex">{latex}</code></div>"""
        );
}
