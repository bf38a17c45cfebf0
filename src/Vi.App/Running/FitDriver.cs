namespace Vi.App.Running;

/// <summary>Pulls the sweeps of a fit until it ends, is cancelled, or breaks.</summary>
internal static class FitDriver
{
    /// <summary>
    /// Pulls a fit. An exception of the fit is an outcome like any other, save <see cref="ExperimentException"/>, which says that the
    /// experiment cannot be run.
    /// </summary>
    /// <param name="steps">Its sweeps, from the beginning or from a stored state.</param>
    /// <param name="watch">Ends a sweep that reads rows, so that a long one need not end first.</param>
    public static FitOutcome Pull(
        IPreparedFit fit,
        IEnumerable<FitStep> steps,
        FitTrace trace,
        Action<FitStep> afterStep,
        RowsWatch watch,
        CancellationToken cancellation
    )
    {
        void Sweep()
        {
            try
            {
                watch.Cancellation = cancellation;
                using var sweeps = steps.GetEnumerator();
                while (!cancellation.IsCancellationRequested && sweeps.MoveNext())
                {
                    trace.Add(sweeps.Current);
                    afterStep(sweeps.Current);
                }
            }
            catch (Exception error)
                when (cancellation.IsCancellationRequested && error is OperationCanceledException or AggregateException)
            {
                // A sweep was ended early; the state before it counts.
            }
            finally
            {
                watch.Cancellation = CancellationToken.None;
            }
        }

        try
        {
            Sweep();
            return new FitOutcome(trace.HasAnswer ? fit.Finish() : null, cancellation.IsCancellationRequested, null);
        }
        catch (Exception error) when (error is not ExperimentException)
        {
            return new FitOutcome(null, false, error);
        }
    }
}

/// <summary>How a fit ended.</summary>
/// <param name="Answer">The answer of the best restart; null where no restart has a finite bound, or the fit broke.</param>
internal sealed record FitOutcome(FitAnswer? Answer, bool Cancelled, Exception? Error);
