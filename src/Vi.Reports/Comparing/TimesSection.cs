namespace Vi.Reports.Comparing;

/// <summary>Where the time went.</summary>
internal static class TimesSection
{
    internal static Section Of(ComparedRuns run)
    {
        var rows = run.Results.Select(
            (result, i) =>
                (IReadOnlyList<Markup>)
                    [
                        Markup.Of($"{run.Comparison.Fits[i].Label}"),
                        Seconds(result.Timing.LoadSeconds),
                        Seconds(result.Timing.FitSeconds),
                        Markup.Of($"{result.Restarts.Count}"),
                        // What algorithms on log densities count are blocks of steps or draws, no iterations.
                        result.Timing.GradientEvaluations
                            is null
                            ? Markup.Of($"{Numbers.Count(result.Iterations)}")
                            : Markup.Trusted("–"),
                        result.Timing.GradientEvaluations is null
                            ? Seconds(result.Timing.SecondsPerIteration)
                            : Markup.Trusted("–"),
                        result.Elbo is { Passes: [.., var passes] }
                            ? Markup.Of($"{Numbers.Significant(passes)}")
                            : Markup.Trusted("–"),
                        result.Timing.GradientEvaluations is { } gradients
                            ? Markup.Of($"{Numbers.Count(gradients)}")
                            : Markup.Trusted("–"),
                    ]
        );
        return new Section(
            "times",
            "Time",
            Markup.Of(
                $"""
                {Table.Of(
                    "Time of each fit",
                    [
                        "fit",
                        "load",
                        "fit, all restarts",
                        "restarts",
                        "iterations of the kept one",
                        "per iteration",
                        "its passes through the data",
                        "gradient evaluations",
                    ],
                    rows
                )}
                <p class="muted">The data are loaded once where an experiment lists algorithms. The first fit of a run also pays for compiling the program's
                code, some tenths of a second.</p>

                """
            )
        );
    }

    private static Markup Seconds(double value) => Markup.Exact(value, Numbers.Duration(value));
}
