namespace Vi.Reports.Comparing;

/// <summary>The page that compares several results.</summary>
public static class ComparisonReport
{
    /// <summary>The page as a pure function of the stored results and their stored comparison.</summary>
    public static string Render(ComparedRuns run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var shared = SharedEntries.Of(run);
        List<Section> sections =
        [
            AdviceSection.Of(run),
            FitsSection.Of(run),
            BoundsSection.Of(run),
            DistanceSection.Of(run, shared),
            WorkSection.Of(run),
            MarginalsSection.Of(run, shared),
            JointSection.Of(run, shared),
            SummariesSection.Of(run, shared),
            TimesSection.Of(run),
            .. OfModelAndData(run),
            new Section("repeat", "How to repeat the run", RepeatSection.Repeat(run.Name, run.Configuration)),
        ];
        return RunReport.Render(run.Name, Title(run), sections, Markup.Empty);
    }

    /// <summary>Model, data and laws, where the results have them in common.</summary>
    private static IEnumerable<Section> OfModelAndData(ComparedRuns run)
    {
        var first = run.Results[0];
        if (run.Results.All(result => result.Model.Type == first.Model.Type))
        {
            yield return ModelSection.Of(first.Model);
        }

        if (run.Results.All(result => result.Data?.Sha256 == first.Data?.Sha256))
        {
            yield return DataSection.Of(first.Data);
        }

        if (run.Results.All(result => result.Model.Type == first.Model.Type))
        {
            yield return LawsSection.Of(first.Model.Type, first.Model.Laws);
        }
    }

    private static Markup Title(ComparedRuns run)
    {
        var description = run.Description is { Length: > 0 } text
            ? Markup.Of($"<p class=\"lead\">{text}</p>")
            : Markup.Empty;
        var models = string.Join(
            ", ",
            run.Results.Select(result => result.Model.Title).Distinct(StringComparer.Ordinal)
        );
        return Markup.Of(
            $"""
            <div class="title">
            <p class="eyebrow">{models}: {Numbers.Counted(run.Results.Count, "fit")} compared</p>
            <h1>{run.Name}</h1>
            {description}
            <p class="outcome">{Badge.Status(run.Status)} {CodeText.Tally(run.Results)}</p>
            </div>

            """
        );
    }
}
