namespace Vi.App.Models;

/// <summary>A fit by sweeps that was checked against its posterior, and how long that took.</summary>
internal sealed record CheckedFit(PosteriorCheck Check, double Seconds)
{
    /// <summary>Least time that a check may take, in seconds.</summary>
    private const double LeastSeconds = 1;

    /// <summary>How much longer a full check may take than a fast one.</summary>
    private const double FullFactor = 10;

    /// <summary>More sweeps than these make no estimate better that a reader would see.</summary>
    private const double MostSweeps = 65536;

    /// <summary>
    /// Checks a fit that took so many seconds, with as many Gibbs sweeps as the time allows that its settings give; null where they ask for no
    /// check.
    /// </summary>
    public static CheckedFit? Of(FitRequest request, double fitSeconds, Func<PosteriorChecker>? checker)
    {
        if (request.Inference is not SweepSettings { Check: not CheckName.None and var extent })
        {
            return null;
        }

        if (checker is null)
        {
            return new CheckedFit(PosteriorCheck.NoSampler, 0);
        }

        var start = request.Clock.GetTimestamp();
        var ready = checker();
        var sweep = SecondsOfSweep(request.Clock, ready);
        var seconds = System.Math.Max(fitSeconds, LeastSeconds) * (extent == CheckName.Full ? FullFactor : 1);
        var options = new PosteriorCheckOptions
        {
            Sweeps = (int)System.Math.Min(MostSweeps, request.Threads * seconds / sweep),
            IsFull = extent == CheckName.Full,
            Seed = request.Seed,
            Threads = request.Threads,
        };
        return new CheckedFit(ready.Check(options), request.Clock.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>The second sweep: the first one compiles the code.</summary>
    private static double SecondsOfSweep(TimeProvider clock, PosteriorChecker checker)
    {
        try
        {
            checker.Sweep();
            var start = clock.GetTimestamp();
            checker.Sweep();
            return System.Math.Max(1e-6, clock.GetElapsedTime(start).TotalSeconds);
        }
        catch (ArithmeticException)
        {
            // The check itself says that sweeps fail.
            return LeastSeconds;
        }
    }

    /// <summary>Numbers whose rows the table shows.</summary>
    private const int MostRows = 40;

    /// <summary>What the check found, number by number; null where it found nothing.</summary>
    public TableExhibit? Table(EntryNames names)
    {
        if (Check.Numbers.Count == 0)
        {
            return null;
        }

        var shown = Check
            .Numbers.OrderByDescending(number =>
                System.Math.Max(System.Math.Abs(number.Drift), System.Math.Abs(number.LogRatio))
            )
            .Take(MostRows);
        var source =
            Check.Kind == PosteriorCheckKind.Sampled
                ? $"{Check.Draws} Gibbs chains of {Check.Sweeps} sweeps from dispersed starts agree; their means and standard deviations are the posterior's."
                : $"{Check.Draws} draws of the fit, each moved by {Check.Sweeps} Gibbs sweeps, drift to the means and standard deviations given as the posterior's.";
        return new TableExhibit
        {
            Id = "posterior-check",
            Title = "The fit against its posterior",
            Caption =
                source
                + " Errors are Monte Carlo standard errors."
                + (Check.Numbers.Count > MostRows ? $" The {MostRows} worst of {Check.Numbers.Count} numbers." : ""),
            Columns =
            [
                "number",
                "mean of the fit",
                "mean of the posterior",
                "difference (posterior sd)",
                "its error",
                "sd of the fit",
                "sd of the posterior",
                "sd of the fit / posterior",
            ],
            Rows =
            [
                .. shown.Select(number =>
                    (string[])
                        [
                            names.Of(number.Name),
                            Numbers.Significant(number.Mean),
                            Numbers.Significant(number.BestMean),
                            Numbers.Significant(number.Drift),
                            Numbers.Significant(number.DriftError),
                            Numbers.Significant(number.Sd),
                            Numbers.Significant(number.BestSd),
                            Numbers.Significant(System.Math.Exp(number.LogRatio)),
                        ]
                ),
            ],
        };
    }
}
