namespace Vi.Reports;

/// <summary>The report of one run: a single HTML page that needs nothing but itself.</summary>
internal static class RunReport
{
    /// <summary>The page as a pure function of the stored result: the same result gives the same bytes.</summary>
    /// <param name="comparison">Title of the comparison that it belongs to; null where it stands alone.</param>
    /// <param name="isShared">Whether the page takes scripts from a folder that pages share.</param>
    public static string Render(RunResult result, string? comparison = null, bool isShared = false)
    {
        return Page.Render(
            result.Label is null ? result.Name : $"{result.Name}, {result.Label}",
            TitleBlock.Of(result),
            [
                new("verdict", "Verdict", VerdictSection.Of(result)),
                new("exhibits", "Figures and tables", ExhibitsSection.Of(result.Exhibits)),
                new("posterior", "Posterior", PosteriorSection.Of(result)),
                new("figures", "Key figures", KeyFiguresSection.Of(result)),
                new("bound", "Evidence lower bound", BoundSection.Of(result)),
                new("terms", "Terms of the bound", TermsSection.Of(result.Elbo)),
                new("restarts", "Restarts", RestartsSection.Of(result)),
                ModelSection.Of(result.Model),
                DataSection.Of(result.Data),
                LawsSection.Of(result.Model.Type, result.Model.Laws),
                new("repeat", "Settings and how to repeat the run", RepeatSection.Of(result)),
            ],
            Markup.Concat(
                Markup.If(comparison is not null, $"""<p><a href="{ReportPages.Main}">{comparison}</a></p>"""),
                AllRuns
            ),
            isShared
        );
    }

    /// <summary>The link from a page to the list that it is in.</summary>
    internal static Markup AllRuns { get; } = Markup.Trusted("""<p><a href="../index.html">All runs</a></p>""");
}
