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
    /// <param name="graces">Time to end in when the run is stopped.</param>
    public static FitOutcome Pull(
        IPreparedFit fit,
        IEnumerable<FitStep> steps,
        FitTrace trace,
        Action<FitStep> afterStep,
        RowsWatch watch,
        StopGraces graces,
        CancellationToken cancellation
    )
    {
        try
        {
            Sweep(steps, trace, afterStep, watch, graces.Sweep, cancellation);
            return new FitOutcome(
                Finished(fit, trace, graces, cancellation),
                cancellation.IsCancellationRequested,
                null
            );
        }
        catch (Exception error) when (error is not ExperimentException)
        {
            return new FitOutcome(null, false, error);
        }
    }

    private static void Sweep(
        IEnumerable<FitStep> steps,
        FitTrace trace,
        Action<FitStep> afterStep,
        RowsWatch watch,
        TimeSpan grace,
        CancellationToken cancellation
    )
    {
        var gate = new Lock();
        var isLeft = false;
        bool Pulled()
        {
            using var sweeps = steps.GetEnumerator();
            while (!cancellation.IsCancellationRequested && sweeps.MoveNext())
            {
                lock (gate)
                {
                    if (isLeft)
                    {
                        return false;
                    }

                    trace.Add(sweeps.Current);
                    afterStep(sweeps.Current);
                }
            }

            return true;
        }

        try
        {
            watch.Cancellation = cancellation;
            Interruptible.Run(Pulled, cancellation, grace);
        }
        catch (Exception error)
            when (cancellation.IsCancellationRequested && error is OperationCanceledException or AggregateException)
        {
            // A sweep was ended early; the state before it counts.
        }
        finally
        {
            lock (gate)
            {
                isLeft = true;
            }

            watch.Cancellation = CancellationToken.None;
        }
    }

    /// <summary>The answer; null where there is none, or where it was not ready soon after the run was stopped.</summary>
    private static FitAnswer? Finished(
        IPreparedFit fit,
        FitTrace trace,
        StopGraces graces,
        CancellationToken cancellation
    )
    {
        if (!trace.HasAnswer)
        {
            return null;
        }

        var grace = cancellation.IsCancellationRequested ? graces.PartialAnswer : graces.Answer;
        try
        {
            return Interruptible.Run(fit.Finish, cancellation, grace);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}

/// <summary>How a fit ended.</summary>
/// <param name="Answer">The answer of the best restart; null where no restart has a finite bound, or the fit broke.</param>
internal sealed record FitOutcome(FitAnswer? Answer, bool Cancelled, Exception? Error);
