namespace Vi.Reports;

/// <summary>The report of one run: a single HTML page that needs nothing but itself.</summary>
public static class RunReport
{
    /// <summary>
    /// The page as a pure function of the stored result: the same result gives the same bytes.
    /// </summary>
    /// <param name="result">The result.</param>
    /// <param name="comparison">Title of the comparison that it belongs to; null where it stands alone.</param>
    public static string Render(RunResult result, string? comparison = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        List<Section> sections =
        [
            VerdictSection.Of(result),
            KeyFiguresSection.Of(result),
            ModelSection.Of(result.Model),
            DataSection.Of(result.Data),
            BoundSection.Of(result),
            TermsSection.Of(result.Elbo),
            PosteriorSection.Of(result.Posterior, result.LinearResponse),
            ExhibitsSection.Of(result.Exhibits),
            RestartsSection.Of(result),
            LawsSection.Of(result.Model.Type, result.Model.Laws),
            RepeatSection.Of(result),
        ];
        var back = comparison is null
            ? Markup.Empty
            : Markup.Of($"""<p><a href="{ReportPages.Main}">{comparison}</a></p>""");
        var title = result.Label is null ? result.Name : $"{result.Name}, {result.Label}";
        return Render(title, TitleBlock.Of(result), sections, back);
    }

    /// <summary>A page of sections, those without content left out.</summary>
    internal static string Render(string title, Markup head, List<Section> sections, Markup back)
    {
        sections.RemoveAll(section => section.Body.IsEmpty);
        var main = Markup.Concat(sections.Select(section => section.Render()).Prepend(head));
        var hasCharts = sections.Exists(section =>
            section.Body.ToString().Contains("class=\"plot\"", StringComparison.Ordinal)
        );
        string[] scripts = hasCharts ? ["plotly.js", "temml.js", "report.js"] : ["temml.js", "report.js"];
        return Page.Render($"{title} · vilab", Contents(sections, back), main, scripts);
    }

    private static Markup Contents(List<Section> sections, Markup back)
    {
        var links = Markup.ForEach(
            sections,
            section => Markup.Of($"""<li><a href="#{section.Id}">{section.Heading}</a></li>""")
        );
        return Markup.Of(
            $"""<nav class="contents" aria-label="Contents"><ol>{links}</ol>{back}<p><a href="../index.html">All runs</a></p></nav>"""
        );
    }
}
