namespace Vi.Reports;

/// <summary>The page that lists the runs of an output folder.</summary>
internal static class IndexPage
{
    /// <summary>The page as a pure function of the stored results, listed in the given order; each links to its report.</summary>
    public static string Render(IReadOnlyList<IStoredRun> runs)
    {
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
        results.Count == 0
            ? "No runs yet."
            : $"{Numbers.Counted(results.Count, "run")}: {CodeText.Tally(results)}.{OnPurpose(results)}";

    private static string OnPurpose(List<RunResult> results) =>
        results.Count(ShownOnPurpose.Holds) is > 0 and var count
            ? $" {Numbers.Count(count)} of these verdicts {(count == 1 ? "is" : "are")} shown on purpose: the experiment demonstrates what goes wrong."
            : "";

    /// <summary>A row a result; where a run has several, each leads to its own page, and the run's name to their comparison.</summary>
    private static Markup Listed(IReadOnlyList<IStoredRun> runs) =>
        Table.Of(
            "Runs",
            runs.SelectMany(run => run.Results.Select((result, i) => (Link: Link(run, i), Result: result))),
            [
                new("run", row => row.Link),
                new("verdict and status", row => Badge.Verdict(row.Result)),
                new("model", row => Markup.Of($"<code>{row.Result.Model.Type}</code>")),
                new("ELBO (nats)", row => Markup.Nats(row.Result.Elbo?.Value)),
                new("iterations", row => row.Result.Iterations),
                new("rows × columns", row => Size(row.Result.Data)),
                new("fit (s)", row => row.Result.Timing.FitSeconds),
                new("started (UTC)", row => $"{row.Result.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm}"),
            ],
            textColumns: 3
        );

    private static string Size(DataRecord? data) =>
        data is null ? "–" : $"{Numbers.Count(data.Rows)} × {Numbers.Count(data.Columns.Count)}";

    private static Markup Link(IStoredRun run, int i)
    {
        var folder = Uri.EscapeDataString(run.Name);
        var compared = run as ComparedRuns;
        var description = compared is null ? run.Results[i].Description : compared.Description;
        var own = Markup.If(
            compared is not null,
            $""": <a href="{folder}/{Uri.EscapeDataString(ReportPages.FileOf(run, i))}">{compared!.Comparison.Fits[i].Label}</a>"""
        );
        return Markup.Of(
            $"""<a href="{folder}/{ReportPages.Main}">{run.Name}</a>{own}{Markup.Small(i == 0 ? description ?? "" : "")}"""
        );
    }
}
