namespace Vi.App.Commands;

internal static class RunTable
{
    public static void Write(TextWriter output, IEnumerable<IStoredRun> runs) =>
        TextTable.Write(
            output,
            runs.SelectMany(run => run.Results),
            ("run", run => run.Label is null ? run.Name : $"{run.Name}: {run.Label}"),
            ("model", run => run.Model.Type),
            ("status", run => CodeText.Of(run.Status)),
            ("verdict", run => run.Verdict is { } verdict ? CodeText.Of(verdict.Level) : "-"),
            ("ELBO (nats)", run => run.Elbo is { } bound ? Numbers.Nats(bound.Value) : "-"),
            (
                "work",
                run =>
                    run.Timing.GradientEvaluations is { } gradients
                        ? Numbers.Counted(gradients, "gradient")
                        : Numbers.Counted(run.Iterations, run.Method.Iteration)
            ),
            ("fit time", run => Numbers.Duration(run.Timing.FitSeconds)),
            ("started (UTC)", run => $"{run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm}")
        );
}
