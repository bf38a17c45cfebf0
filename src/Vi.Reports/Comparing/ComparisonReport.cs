namespace Vi.Reports.Comparing;

/// <summary>The page that compares several results.</summary>
internal static class ComparisonReport
{
    /// <summary>The page as a pure function of the stored results and their stored comparison.</summary>
    /// <param name="isShared">Whether the page takes scripts from a folder that pages share.</param>
    public static string Render(ComparedRuns run, bool isShared = false)
    {
        var page = new ComparedPage(run);
        return Page.Render(
            run.Name,
            Title(run),
            [
                new("recommendation", "Recommendation", AdviceSection.Of(page)),
                new("fits", "The fits", FitsSection.Of(page)),
                new("bounds", "Bounds", BoundsSection.Of(page)),
                new("distance", $"Distance from {run.Comparison.Reference}", DistanceSection.Of(page)),
                new("work", "Distance against work", WorkSection.Of(page)),
                new("marginals", "Marginals, one over the other", MarginalsSection.Of(page)),
                new("joint", "Correlations and pairs", JointSection.Of(page)),
                new("summaries", "Posteriors side by side", SummariesSection.Of(page)),
                new("times", "Time", TimesSection.Of(page)),
                .. OfModelAndData(run),
                new("repeat", "How to repeat the run", RepeatSection.Repeat(run.Name, run.Configuration)),
            ],
            RunReport.AllRuns,
            isShared
        );
    }

    /// <summary>Model, data and laws, where the results have them in common.</summary>
    private static IEnumerable<Section> OfModelAndData(ComparedRuns run)
    {
        var first = run.Results[0];
        var isOneModel = run.Results.All(result => result.Model.Type == first.Model.Type);
        if (isOneModel)
        {
            yield return ModelSection.Of(first.Model);
        }

        if (run.Results.All(result => result.Data?.Sha256 == first.Data?.Sha256))
        {
            yield return DataSection.Of(first.Data);
        }

        if (isOneModel)
        {
            yield return LawsSection.Of(first.Model.Type, first.Model.Laws);
        }
    }

    private static Markup Title(ComparedRuns run)
    {
        var models = run.Results.Select(result => result.Model.Title).Distinct(StringComparer.Ordinal);
        return TitleBlock.Of(
            $"{string.Join(", ", models)}: {Numbers.Counted(run.Results.Count, "fit")} compared",
            run.Name,
            run.Description,
            Markup.Of(
                $"<p class=\"outcome\">{Badge.Status(run.Status)} {CodeText.Tally(run.Results.Select(result => (result.Verdict?.Level, result.Status)))}</p>"
            )
        );
    }
}
