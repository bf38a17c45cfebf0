using Vi.Reports.English;

namespace Vi.App.Commands;

internal static class ComparisonTable
{
    public static void Write(TextWriter output, ComparedRuns run) =>
        TextTable.Write(
            output,
            ["fit", "verdict", "ELBO (nats)", "below best", "largest shift (sd)", "sd ratios", "fit time"],
            run.Comparison.Fits.Select(
                (fit, i) =>
                    (IReadOnlyList<string>)
                        [
                            fit.Label,
                            CodeText.Verdict(run.Results[i]),
                            run.Results[i].Elbo is { } bound ? Numbers.Nats(bound.Value) : "-",
                            fit.BelowBest is { } below ? Numbers.Significant(below) : "-",
                            fit.Distance is { } distance
                                ? $"{Numbers.Significant(distance.LargestShift)} ({distance.LargestShiftAt})"
                                : "-",
                            fit.Distance is { } ratios
                                ? $"{Numbers.Significant(ratios.SmallestRatio)} to {Numbers.Significant(ratios.LargestRatio)}"
                                : "-",
                            Numbers.Duration(run.Results[i].Timing.FitSeconds),
                        ]
            )
        );
}
