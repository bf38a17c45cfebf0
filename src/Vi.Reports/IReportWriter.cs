using Vi.Reports.Comparing;

namespace Vi.Reports;

/// <summary>Makes pages from stored results.</summary>
public interface IReportWriter
{
    /// <summary>The pages of a run: one, or where it has several results the comparison and a page for each of them.</summary>
    IReadOnlyList<ReportPage> Run(IStoredRun run);

    /// <summary>The page that lists runs.</summary>
    string Index(IReadOnlyList<IStoredRun> runs);
}

/// <summary>A page of a report.</summary>
/// <param name="File">Its file's name in the run's folder.</param>
/// <param name="Html">Its content.</param>
public sealed record ReportPage(string File, string Html);

/// <summary>File names of a report's pages.</summary>
public static class ReportPages
{
    /// <summary>The page that a reader opens first.</summary>
    public const string Main = "report.html";

    /// <summary>The page of one of a run's results, by its number from 0.</summary>
    public static string FileOf(IStoredRun run, int result) =>
        run is RunResult ? Main : $"report-{result + 1}-{Anchor.FileName(Comparison.Labels(run.Results)[result])}.html";
}

/// <summary>HTML pages.</summary>
public sealed class HtmlReportWriter : IReportWriter
{
    /// <inheritdoc />
    public IReadOnlyList<ReportPage> Run(IStoredRun run) =>
        run is ComparedRuns compared
            ?
            [
                new(ReportPages.Main, ComparisonReport.Render(compared)),
                .. run.Results.Select(
                    (result, i) =>
                        new ReportPage(
                            ReportPages.FileOf(run, i),
                            RunReport.Render(result, $"Comparison of {compared.Name}")
                        )
                ),
            ]
            : [new(ReportPages.Main, RunReport.Render(run.Results[0]))];

    /// <inheritdoc />
    public string Index(IReadOnlyList<IStoredRun> runs) => IndexPage.Render(runs);
}
