namespace Vi.Reports.Comparing;

/// <summary>Where the time went.</summary>
internal static class TimesSection
{
    internal static Markup Of(ComparedRuns run)
    {
        var table = Table.Of(
            "Time of each fit",
            run.Results.Zip(run.Comparison.Fits),
            [
                new("fit", row => row.Second.Label),
                new("load", row => Markup.Duration(row.First.Timing.LoadSeconds)),
                new("fit, all restarts", row => Markup.Duration(row.First.Timing.FitSeconds)),
                new("restarts", row => row.First.Restarts.Count),
                // What algorithms on log densities count are blocks of steps or draws, no iterations.
                new(
                    "iterations of the kept one",
                    row => row.First.Timing.GradientEvaluations is null ? Numbers.Count(row.First.Iterations) : "–"
                ),
                new(
                    "per iteration",
                    row =>
                        row.First.Timing.GradientEvaluations is null
                            ? Markup.Duration(row.First.Timing.SecondsPerIteration)
                            : Markup.Dash
                ),
                new(
                    "its passes through the data",
                    row => row.First.Elbo is { Passes: [.., var passes] } ? Numbers.Significant(passes) : "–"
                ),
                new("gradient evaluations", row => Gradients(row.First)),
            ]
        );
        return Markup.Of(
            $"""
            {table}
            <p class="muted">The data are loaded once where an experiment lists algorithms. The first fit of a run also pays for compiling the program's
            code, some tenths of a second.</p>

            """
        );
    }

    internal static string Gradients(RunResult result) =>
        result.Timing.GradientEvaluations is { } gradients ? Numbers.Count(gradients) : "–";
}
