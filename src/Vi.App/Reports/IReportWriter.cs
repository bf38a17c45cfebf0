using Vi.App.Results;

namespace Vi.App.Reports;

/// <summary>Makes pages from stored results.</summary>
public interface IReportWriter
{
    /// <summary>The page of one run.</summary>
    string Run(RunResult result);

    /// <summary>The page that lists runs.</summary>
    string Index(IReadOnlyList<RunResult> runs);
}

/// <summary>HTML pages.</summary>
public sealed class HtmlReportWriter : IReportWriter
{
    /// <inheritdoc />
    public string Run(RunResult result) => RunReport.Render(result);

    /// <inheritdoc />
    public string Index(IReadOnlyList<RunResult> runs) => IndexPage.Render(runs);
}
