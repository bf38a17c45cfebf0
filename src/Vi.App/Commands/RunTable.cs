using System.Globalization;
using Vi.Results;

namespace Vi.App.Commands;

/// <summary>Runs as a table, one line a run.</summary>
internal static class RunTable
{
    public static void Write(TextWriter output, IEnumerable<IStoredRun> runs) =>
        TextTable.Write(
            output,
            ["run", "model", "status", "verdict", "ELBO (nats)", "work", "fit (s)", "started (UTC)"],
            runs.SelectMany(run => run.Results)
                .Select(run =>
                    (IReadOnlyList<string>)
                        [
                            run.Label is null ? run.Name : $"{run.Name}: {run.Label}",
                            run.Model.Type,
                            run.Status,
                            run.Verdict?.Level ?? "-",
                            run.Elbo?.Value.ToString("F4", CultureInfo.InvariantCulture) ?? "-",
                            run.Timing.GradientEvaluations is { } gradients
                                ? string.Create(CultureInfo.InvariantCulture, $"{gradients:#,0} gradients")
                                : string.Create(CultureInfo.InvariantCulture, $"{run.Iterations} sweeps"),
                            run.Timing.FitSeconds.ToString("F2", CultureInfo.InvariantCulture),
                            run.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                        ]
                )
        );
}
