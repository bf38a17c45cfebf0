namespace Vi.Reports;

/// <summary>The page that lists the runs of an output folder.</summary>
public static class IndexPage
{
    /// <summary>
    /// The page as a pure function of the stored results, listed in the given order; each links to <c>NAME/report.html</c>.
    /// </summary>
    public static string Render(IReadOnlyList<IStoredRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var results = runs.SelectMany(run => run.Results).ToList();
        var main = Markup.Of(
            $"""
            <div class="title">
            <h1>Runs</h1>
            <p class="lead">{Tally(results)}</p>
            </div>
            <div class="card">
            {(
                results.Count == 0
                    ? Markup.Trusted("<p>Run an experiment: <code>vilab run experiments</code>.</p>\n")
                    : Listed(runs)
            )}</div>

            """
        );
        return Page.Render("Runs · vilab", Markup.Empty, main);
    }

    private static string Tally(List<RunResult> results) =>
        results.Count == 0 ? "No runs yet." : $"{Numbers.Counted(results.Count, "run")}: {CodeText.Tally(results)}.";

    /// <summary>A row a result; where a run has several, each leads to its own page, and the run's name to their comparison.</summary>
    private static Markup Listed(IReadOnlyList<IStoredRun> runs) =>
        Table.Of(
            "Runs",
            runs.SelectMany(run =>
                run.Results.Select(
                    (result, i) => (result, run is ComparedRuns compared ? Compared(compared, i) : Alone(result))
                )
            ),
            [
                new("run", row => row.Item2),
                new("verdict and status", row => Badge.Verdict(row.result)),
                new("model", row => Markup.Of($"<code>{row.result.Model.Type}</code>")),
                new("ELBO (nats)", row => Markup.Nats(row.result.Elbo?.Value)),
                new("iterations", row => row.result.Iterations),
                new("rows × columns", row => Size(row.result.Data)),
                new("fit (s)", row => row.result.Timing.FitSeconds),
                new("started (UTC)", row => $"{row.result.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm}"),
            ],
            textColumns: 3
        );

    private static string Size(DataRecord? data) =>
        data is null ? "–" : $"{Numbers.Count(data.Rows)} × {Numbers.Count(data.Columns.Count)}";

    private static Markup Alone(RunResult result)
    {
        var description = Markup.Small(result.Description ?? "");
        return Markup.Of(
            $"""<a href="{Uri.EscapeDataString(result.Name)}/{ReportPages.Main}">{result.Name}</a>{description}"""
        );
    }

    private static Markup Compared(ComparedRuns run, int i)
    {
        var folder = Uri.EscapeDataString(run.Name);
        var description = Markup.Small(i == 0 ? run.Description ?? "" : "");
        return Markup.Of(
            $"""<a href="{folder}/{ReportPages.Main}">{run.Name}</a>: <a href="{folder}/{Uri.EscapeDataString(ReportPages.FileOf(run, i))}">{run.Comparison.Fits[i].Label}</a>{description}"""
        );
    }
}
