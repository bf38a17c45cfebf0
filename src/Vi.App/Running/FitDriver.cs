using Vi.App.Configuration;
using Vi.App.Models;

namespace Vi.App.Running;

/// <summary>Pulls the sweeps of a fit until it ends, is cancelled, or breaks.</summary>
public static class FitDriver
{
    /// <summary>
    /// Pulls a fit. An exception of the fit is an outcome like any other, save <see cref="ExperimentException"/>, which says that the
    /// experiment cannot be run.
    /// </summary>
    public static FitOutcome Pull(
        IPreparedFit fit,
        FitTrace trace,
        Action<FitStep> report,
        CancellationToken cancellation
    )
    {
        try
        {
            using var steps = fit.Steps().GetEnumerator();
            while (!cancellation.IsCancellationRequested && steps.MoveNext())
            {
                trace.Add(steps.Current);
                report(steps.Current);
            }

            var answer = trace.HasAnswer ? fit.Finish() : null;
            return new FitOutcome(answer, cancellation.IsCancellationRequested, null);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new FitOutcome(trace.HasAnswer ? fit.Finish() : null, true, null);
        }
        catch (Exception error) when (error is not ExperimentException)
        {
            return new FitOutcome(null, false, error);
        }
    }
}

/// <summary>How a fit ended.</summary>
/// <param name="Answer">The answer of the best restart; null where no restart has a finite bound, or the fit broke.</param>
/// <param name="Cancelled">Whether somebody asked it to stop.</param>
/// <param name="Error">What broke it; null where it did not break.</param>
public sealed record FitOutcome(FitAnswer? Answer, bool Cancelled, Exception? Error);
