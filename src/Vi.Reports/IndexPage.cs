namespace Vi.Reports;

/// <summary>The page that lists the runs of an output folder.</summary>
internal static class IndexPage
{
    /// <summary>The page as a pure function of the runs' summaries, listed in the given order; each links to its report.</summary>
    public static string Render(IReadOnlyList<RunSummary> runs)
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

    private static string Tally(List<ResultSummary> results) =>
        results.Count == 0
            ? "No runs yet."
            : $"{Numbers.Counted(results.Count, "run")}: {CodeText.Tally(results.Select(result => (result.Level, result.Status)))}.{OnPurpose(results)}";

    private static string OnPurpose(List<ResultSummary> results) =>
        results.Count(result => result.Causes.IsOnPurpose) is > 0 and var count
            ? $" {Numbers.Count(count)} of these verdicts {(count == 1 ? "is" : "are")} shown on purpose: the experiment demonstrates what goes wrong."
            : "";

    /// <summary>A row a result; where a run has several, each leads to its own page, and the run's name to their comparison.</summary>
    private static Markup Listed(IReadOnlyList<RunSummary> runs) =>
        Table.Of(
            "Runs",
            runs.SelectMany(run => run.Results.Select((result, i) => (Link: Link(run, i), Result: result))),
            [
                new("run", row => row.Link),
                new("verdict and status", row => Badge.Verdict(row.Result.Causes)),
                new("model", row => Markup.Of($"<code>{row.Result.Model}</code>")),
                new("ELBO (nats)", row => Markup.Nats(row.Result.Elbo)),
                new("iterations", row => row.Result.Iterations),
                new("rows × columns", row => Size(row.Result)),
                new("fit (s)", row => row.Result.FitSeconds),
                new("started (UTC)", row => $"{row.Result.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm}"),
            ],
            textColumns: 3
        );

    private static string Size(ResultSummary result) =>
        result is { Rows: { } rows, Columns: { } columns } ? $"{Numbers.Count(rows)} × {Numbers.Count(columns)}" : "–";

    private static Markup Link(RunSummary run, int i)
    {
        var folder = Uri.EscapeDataString(run.Name);
        var result = run.Results[i];
        var own = Markup.If(
            result.ComparedAs is not null,
            $""": <a href="{folder}/{Uri.EscapeDataString(result.Page)}">{result.ComparedAs ?? ""}</a>"""
        );
        return Markup.Of(
            $"""<a href="{folder}/{ReportPages.Main}">{run.Name}</a>{own}{Markup.Small(i == 0 ? run.Description ?? "" : "")}"""
        );
    }
}
