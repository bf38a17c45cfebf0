namespace Vi.Reports.Sections;

/// <summary>The model in words and formulas, and the approximation.</summary>
internal static class ModelSection
{
    private const int MostPriors = 24;

    internal static Section Of(ModelRecord model)
    {
        var formulas = Markup.ForEach(
            model.Formulas,
            formula =>
                Markup.Of($"<div><dt>{formula.Label}</dt><dd>{Formula.Of(formula.Label, formula.Latex)}</dd></div>\n")
        );
        var list = Markup.If(!formulas.IsEmpty, $"<dl class=\"formulas\">\n{formulas}</dl>\n");
        var priors = Markup.If(
            model.Priors.Count > 0,
            $"""
            <h3>Priors used</h3>
            <p class="prose">In the data's unit. What the experiment file leaves open follows the columns' location and size.</p>
            {Priors(model.Priors)}
            """
        );
        return new(
            "model",
            "Model",
            Markup.Of(
                $"""
                <p class="prose"><strong>{model.Title}</strong> <code>{model.Type}</code>. {model.Summary}</p>
                {list}<h3>Approximation</h3>
                <p class="prose">{model.Approximation}</p>
                {priors}
                """
            )
        );
    }

    /// <summary>The first priors by rows; entries of many columns are all of one kind.</summary>
    private static Markup Priors(IReadOnlyList<PriorRecord> priors)
    {
        var table = Table.Of(
            "Priors used",
            priors.Take(MostPriors),
            [
                new("parameter", prior => prior.Entry),
                new("prior", Words),
                new("set by", prior => prior.FromData ? "the data" : "the settings"),
            ],
            textColumns: 3
        );
        var rest = Markup.If(
            priors.Count > MostPriors,
            $"<p class=\"note\">The first {MostPriors} of {Numbers.Count(priors.Count)}.</p>\n"
        );
        return Markup.Of($"{table}{rest}");
    }

    private static string Words(PriorRecord prior)
    {
        var numbers = string.Join(", ", prior.Numbers.Select(pair => $"{pair.Key} {Numbers.Significant(pair.Value)}"));
        return $"{Sentences.Of("prior", Sentences.Code(prior.Family))}, {numbers}";
    }
}
