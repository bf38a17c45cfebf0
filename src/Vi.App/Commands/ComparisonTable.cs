namespace Vi.App.Commands;

internal static class ComparisonTable
{
    public static void Write(TextWriter output, ComparedRuns run) =>
        TextTable.Write(
            output,
            run.Comparison.Fits.Zip(run.Results),
            ("fit", row => row.First.Label),
            ("verdict", row => CodeText.Verdict(row.Second)),
            ("ELBO (nats)", row => row.Second.Elbo is { } bound ? Numbers.Nats(bound.Value) : "-"),
            ("below best", row => row.First.BelowBest is { } below ? Numbers.Significant(below) : "-"),
            ("largest shift (sd)", row => row.First.Distance is { } distance ? Shift(distance) : "-"),
            ("sd ratios", row => row.First.Distance is { } distance ? Ratios(distance) : "-"),
            ("fit time", row => Numbers.Duration(row.Second.Timing.FitSeconds))
        );

    private static string Shift(PosteriorDistance distance) =>
        $"{Numbers.Significant(distance.LargestShift)} ({distance.LargestShiftAt})";

    private static string Ratios(PosteriorDistance distance) =>
        $"{Numbers.Significant(distance.SmallestRatio)} to {Numbers.Significant(distance.LargestRatio)}";
}
