namespace Vi.App.Models;

/// <summary>A fit by sweeps that was checked against its posterior, and how long that took.</summary>
internal sealed record CheckedFit(PosteriorCheck Check, double Seconds)
{
    /// <summary>Least time that a check may take, in seconds.</summary>
    private const double LeastSeconds = 1;

    /// <summary>Sweeps that are timed; the quickest counts, as a busy machine may delay any one of them.</summary>
    private const int TimedSweeps = 3;

    /// <summary>How much longer a full check may take than a fast one.</summary>
    private const double FullFactor = 10;

    /// <summary>More sweeps than these make no estimate of a fast check better that a reader would see.</summary>
    private const double MostSweeps = 4096;

    /// <summary>
    /// Checks a fit that took so many seconds, with as many Gibbs sweeps as the time allows that its settings give: a power of two, so that small
    /// differences in time change nothing; more threads make it faster, not longer. Null for a model without Gibbs sweeps.
    /// </summary>
    public static CheckedFit? Of(FitRequest request, double fitSeconds, Func<PosteriorChecker>? checker)
    {
        if (checker is null || request.Inference is not SweepSettings { Check: var extent })
        {
            return null;
        }

        if (extent == CheckName.None)
        {
            return new CheckedFit(PosteriorCheck.NotRequested, 0);
        }

        var start = request.Clock.GetTimestamp();
        var ready = checker();
        var factor = extent == CheckName.Full ? FullFactor : 1;
        var seconds = Max(fitSeconds, LeastSeconds) * factor;
        var sweeps = Min(MostSweeps * factor, seconds / SecondsOfSweep(request.Clock, ready, seconds));
        var options = new PosteriorCheckOptions
        {
            Sweeps = sweeps < 1 ? 0 : 1 << (int)Log2(sweeps),
            IsFull = extent == CheckName.Full,
            Seed = request.Seed,
            Threads = request.Threads,
        };
        return new CheckedFit(ready.Check(options), request.Clock.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>The quickest of up to three sweeps, after a first one that compiles the code. Slow sweeps are timed fewer times.</summary>
    private static double SecondsOfSweep(TimeProvider clock, PosteriorChecker checker, double seconds)
    {
        try
        {
            checker.Sweep();
            var least = double.PositiveInfinity;
            for (var (i, spent) = (0, 0.0); i < TimedSweeps && spent < 0.05 * seconds; i++)
            {
                var start = clock.GetTimestamp();
                checker.Sweep();
                var taken = clock.GetElapsedTime(start).TotalSeconds;
                (least, spent) = (Min(least, taken), spent + taken);
            }

            return Max(1e-6, least);
        }
        catch (ArithmeticException)
        {
            // The check itself says that sweeps fail.
            return LeastSeconds;
        }
    }
}
