using Vi.Reports.Comparing;

namespace Vi.Reports;

/// <summary>A page of a report.</summary>
/// <param name="File">Its file's name in the run's folder.</param>
/// <param name="Html">Its content.</param>
internal sealed record ReportPage(string File, string Html);

/// <summary>The pages of a report.</summary>
internal static class ReportPages
{
    /// <summary>The page that a reader opens first.</summary>
    public const string Main = "report.html";

    /// <summary>The page of one of a run's results, by its number from 0.</summary>
    public static string FileOf(IStoredRun run, int result) =>
        run is RunResult ? Main : $"report-{result + 1}-{Anchor.FileName(Comparison.Labels(run.Results)[result])}.html";

    /// <summary>The pages of a run: one, or where it has several results the comparison and a page for each of them.</summary>
    public static IReadOnlyList<ReportPage> Of(IStoredRun run)
    {
        var compared = run as ComparedRuns;
        var title = compared is null ? null : $"Comparison of {compared.Name}";
        var isShared = AreShared(run);
        var pages = run.Results.Select(
            (result, i) => new ReportPage(FileOf(run, i), RunReport.Render(result, title, isShared))
        );
        return compared is null ? [.. pages] : [new(Main, ComparisonReport.Render(compared, isShared)), .. pages];
    }

    /// <summary>The files that the pages of a run need besides themselves, in the folder of shared assets.</summary>
    public static IReadOnlyList<SharedAsset> Assets(IStoredRun run) => AreShared(run) ? SharedAssets.All : [];

    /// <summary>
    /// Whether a run was made with shared assets. A comparison of stored runs has no configuration of its own; it does as all of its runs do.
    /// </summary>
    private static bool AreShared(IStoredRun run) =>
        run is ComparedRuns { Configuration.Count: > 0 } compared
            ? AreShared(compared.Configuration)
            : run.Results.All(result => AreShared(result.Configuration));

    private static bool AreShared(JsonObject configuration) =>
        configuration["report"] is JsonObject report
        && report["assets"] is JsonValue value
        && value.TryGetValue<string>(out var assets)
        && assets == "shared";
}
