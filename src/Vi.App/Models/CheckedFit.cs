namespace Vi.App.Models;

/// <summary>A fit by sweeps that was checked against its posterior, and how long that took.</summary>
internal sealed record CheckedFit(PosteriorCheck Check, double Seconds)
{
    /// <summary>Least time that a check may take, in seconds.</summary>
    private const double LeastSeconds = 1;

    /// <summary>
    /// Sweeps that a check makes however fast the fit was, as long as they take no longer than <see cref="PatientSeconds"/>: sixteen draws of sixteen
    /// sweeps, so that a busy machine does not decide what is believed.
    /// </summary>
    private const double UsualSweeps = 256;
    private const double PatientSeconds = 10;

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
        var secondsOfSweep = SecondsOfSweep(request.Clock, ready);
        var patience = Min(PatientSeconds, UsualSweeps * secondsOfSweep);
        var seconds = Max(Max(fitSeconds, LeastSeconds), patience) * factor;
        var sweeps = Min(MostSweeps * factor, seconds / secondsOfSweep);
        var options = new PosteriorCheckOptions
        {
            Sweeps = sweeps < 1 ? 0 : 1 << (int)Log2(sweeps),
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
            return Max(1e-6, clock.GetElapsedTime(start).TotalSeconds);
        }
        catch (ArithmeticException)
        {
            // The check itself says that sweeps fail.
            return LeastSeconds;
        }
    }
}
