namespace Vi.App.Models;

/// <summary>A fit by sweeps that was checked against its posterior, and how long that took.</summary>
internal sealed record CheckedFit(PosteriorCheck Check, double Seconds)
{
    /// <summary>Least time that a check may take, in seconds.</summary>
    private const double LeastSeconds = 1;

    /// <summary>How much longer a full check may take than a fast one.</summary>
    private const double FullFactor = 10;

    /// <summary>A Gibbs sweep draws what a pass of a fit computes, in about twice its time.</summary>
    private const double SweepsPerPass = 0.5;

    /// <summary>More sweeps than these make no estimate of a fast check better that a reader would see.</summary>
    private const double MostSweeps = 4096;

    /// <summary>
    /// Checks a fit that read its rows so many times, with as many Gibbs sweeps as take about as long as the fit or a second, by their number and
    /// not by a clock: the same fit gets the same check on a busy machine. More threads make it faster, not longer. Null for a model without Gibbs
    /// sweeps.
    /// </summary>
    public static CheckedFit? Of(FitRequest request, double passes, Func<PosteriorChecker>? checker)
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
        var sweeps = factor * Min(MostSweeps, Max(SweepsPerPass * passes, LeastSeconds / ready.SweepSeconds));
        var options = new PosteriorCheckOptions
        {
            Sweeps = sweeps < 1 ? 0 : 1 << (int)Log2(sweeps),
            IsFull = extent == CheckName.Full,
            Seed = request.Seed,
            Threads = request.Threads,
        };
        return new CheckedFit(ready.Check(options), request.Clock.GetElapsedTime(start).TotalSeconds);
    }
}
