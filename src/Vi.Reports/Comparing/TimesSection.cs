namespace Vi.Reports.Comparing;

/// <summary>Where the time went.</summary>
internal static class TimesSection
{
    internal static Markup Of(ComparedPage page)
    {
        // What algorithms on log densities count are blocks of steps or draws, no iterations.
        static Markup Iterations(Fit fit, Func<RunResult, Markup> shown) =>
            fit.Gradients is null ? shown(fit.Result) : Markup.Dash;
        var table = Table.Of<Fit>(
            "Time of each fit",
            page.Fits,
            [
                new("fit", fit => fit.Label),
                new("load", fit => Markup.Duration(fit.Result.Timing.LoadSeconds)),
                new("fit, all restarts", fit => Markup.Duration(fit.Seconds)),
                new("restarts", fit => fit.Result.Restarts.Count),
                new(
                    "iterations of the kept one",
                    fit => Iterations(fit, result => Markup.Text(Numbers.Count(result.Iterations)))
                ),
                new(
                    "per iteration",
                    fit => Iterations(fit, result => Markup.Duration(result.Timing.SecondsPerIteration))
                ),
                new(
                    "its passes through the data",
                    fit => fit.Result.Elbo is { Passes: [.., var passes] } ? Numbers.Significant(passes) : "–"
                ),
                new("gradient evaluations", Gradients),
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

    internal static string Gradients(Fit fit) => fit.Gradients is { } gradients ? Numbers.Count(gradients) : "–";
}
