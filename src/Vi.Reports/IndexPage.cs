namespace Vi.Reports;

/// <summary>The page that lists the runs of an output folder.</summary>
public static class IndexPage
{
    private static readonly string[] Heads =
    [
        "run",
        "verdict and status",
        "model",
        "ELBO (nats)",
        "iterations",
        "rows × columns",
        "fit (s)",
        "started (UTC)",
    ];

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
                    : Table.Of("Runs", Heads, runs.SelectMany(Rows), textColumns: 3)
            )}</div>

            """
        );
        return Page.Render("Runs · vilab", Markup.Empty, main);
    }

    private static string Tally(List<RunResult> results)
    {
        return results.Count == 0
            ? "No runs yet."
            : $"{Numbers.Counted(results.Count, "run")}: {CodeText.Tally(results)}.";
    }

    /// <summary>A row a result; where a run has several, each leads to its own page, and the run's name to their comparison.</summary>
    private static IEnumerable<IReadOnlyList<Markup>> Rows(IStoredRun run) =>
        run is ComparedRuns compared
            ? run.Results.Select((result, i) => Row(result, Compared(compared, i)))
            : run.Results.Select(result => Row(result, Alone(result)));

    private static Markup Alone(RunResult result)
    {
        var description = result.Description is { Length: > 0 } text
            ? Markup.Of($"<small>{text}</small>")
            : Markup.Empty;
        return Markup.Of(
            $"""<a href="{Uri.EscapeDataString(result.Name)}/{ReportPages.Main}">{result.Name}</a>{description}"""
        );
    }

    private static Markup Compared(ComparedRuns run, int i)
    {
        var folder = Uri.EscapeDataString(run.Name);
        var description =
            i == 0 && run.Description is { Length: > 0 } text ? Markup.Of($"<small>{text}</small>") : Markup.Empty;
        return Markup.Of(
            $"""<a href="{folder}/{ReportPages.Main}">{run.Name}</a>: <a href="{folder}/{Uri.EscapeDataString(ReportPages.FileOf(run, i))}">{run.Comparison.Fits[i].Label}</a>{description}"""
        );
    }

    private static IReadOnlyList<Markup> Row(RunResult result, Markup name)
    {
        var elbo = result.Elbo is { } bound
            ? Markup.Exact(bound.Value, Numbers.Nats(bound.Value))
            : Markup.Trusted("–");
        var size = result.Data is { } data ? $"{Numbers.Count(data.Rows)} × {Numbers.Count(data.Columns.Count)}" : "–";
        return
        [
            name,
            Badge.Verdict(result),
            Markup.Of($"<code>{result.Model.Type}</code>"),
            elbo,
            Markup.Of($"{Numbers.Count(result.Iterations)}"),
            Markup.Of($"{size}"),
            Markup.Exact(result.Timing.FitSeconds, Numbers.Significant(result.Timing.FitSeconds)),
            Markup.Of(
                $"{result.StartedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}"
            ),
        ];
    }
}
