using Vi.Reports.English;

namespace Vi.App.Commands;

internal static class RunTable
{
    public static void Write(TextWriter output, IEnumerable<IStoredRun> runs) =>
        TextTable.Write(
            output,
            ["run", "model", "status", "verdict", "ELBO (nats)", "work", "fit time", "started (UTC)"],
            runs.SelectMany(run => run.Results)
                .Select(run =>
                    (IReadOnlyList<string>)
                        [
                            run.Label is null ? run.Name : $"{run.Name}: {run.Label}",
                            run.Model.Type,
                            CodeText.Of(run.Status),
                            run.Verdict is { } verdict ? CodeText.Of(verdict.Level) : "-",
                            run.Elbo is { } bound ? Numbers.Nats(bound.Value) : "-",
                            run.Timing.GradientEvaluations is { } gradients
                                ? Numbers.Counted(gradients, "gradient")
                                : Numbers.Counted(run.Iterations, run.Method.Iteration),
                            Numbers.Duration(run.Timing.FitSeconds),
                            run.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                        ]
                )
        );
}
