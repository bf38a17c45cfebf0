using Vi.App.Reports.Sections;
using Vi.App.Results;

namespace Vi.App.Reports;

/// <summary>The report of one run: a single HTML page that needs nothing but itself.</summary>
public static class RunReport
{
    /// <summary>
    /// The page as a pure function of the stored result: the same result gives the same bytes.
    /// </summary>
    public static string Render(RunResult result)
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
            PosteriorSection.Of(result.Posterior),
            ExhibitsSection.Of(result.Exhibits),
            RestartsSection.Of(result.Restarts),
            LawsSection.Of(result.Model.Type, result.Model.Laws),
            RepeatSection.Of(result),
        ];
        sections.RemoveAll(section => section.Body.IsEmpty);
        var main = Markup.Concat(sections.Select(section => section.Render()).Prepend(TitleBlock.Of(result)));
        var hasCharts = sections.Exists(section =>
            section.Body.ToString().Contains("class=\"plot\"", StringComparison.Ordinal)
        );
        string[] scripts = hasCharts ? ["plotly.js", "temml.js", "report.js"] : ["temml.js", "report.js"];
        return Page.Render($"{result.Name} · vilab", Contents(sections), main, scripts);
    }

    private static Markup Contents(List<Section> sections)
    {
        var links = Markup.ForEach(
            sections,
            section => Markup.Of($"""<li><a href="#{section.Id}">{section.Heading}</a></li>""")
        );
        return Markup.Of(
            $"""<nav class="contents" aria-label="Contents"><ol>{links}</ol><p><a href="../index.html">All runs</a></p></nav>"""
        );
    }
}
