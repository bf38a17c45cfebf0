namespace Vi.App.Commands;

internal static class RunTable
{
    public static void Write(TextWriter output, IEnumerable<RunSummary> runs) =>
        TextTable.Write(
            output,
            runs.SelectMany(run => run.Results),
            ("run", run => run.Label is null ? run.Name : $"{run.Name}: {run.Label}"),
            ("model", run => run.Model),
            ("status", run => CodeText.Of(run.Status)),
            ("verdict", run => run.Level is { } level ? CodeText.Of(level) : "-"),
            ("ELBO (nats)", run => run.Elbo is { } bound ? Numbers.Nats(bound) : "-"),
            (
                "work",
                run =>
                    run.Gradients is { } gradients
                        ? Numbers.Counted(gradients, "gradient")
                        : Numbers.Counted(run.Iterations, run.Iteration)
            ),
            ("fit time", run => Numbers.Duration(run.FitSeconds)),
            ("started (UTC)", run => $"{run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm}")
        );
}
