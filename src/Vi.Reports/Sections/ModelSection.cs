namespace Vi.Reports.Sections;

/// <summary>The model in words and formulas, and the approximation.</summary>
internal static class ModelSection
{
    internal static Section Of(ModelRecord model)
    {
        var formulas = Markup.ForEach(
            model.Formulas,
            formula =>
                Markup.Of($"<div><dt>{formula.Label}</dt><dd>{Formula.Of(formula.Label, formula.Latex)}</dd></div>\n")
        );
        var list = formulas.IsEmpty ? Markup.Empty : Markup.Of($"<dl class=\"formulas\">\n{formulas}</dl>\n");
        return new(
            "model",
            "Model",
            Markup.Of(
                $"""
                <p class="prose"><strong>{model.Title}</strong> <code>{model.Type}</code>. {model.Summary}</p>
                {list}<h3>Approximation</h3>
                <p class="prose">{model.Approximation}</p>

                """
            )
        );
    }
}
