namespace Vi.App.Running;

/// <summary>Pulls the sweeps of a fit until it ends, is cancelled, or breaks.</summary>
internal static class FitDriver
{
    /// <summary>Time that a sweep gets to end by itself when the run is stopped.</summary>
    private static readonly TimeSpan SweepGrace = TimeSpan.FromSeconds(1);

    /// <summary>Time to answer from a fit that had ended when the run was stopped: what looks after its answer is left out then.</summary>
    private static readonly TimeSpan AnswerGrace = TimeSpan.FromSeconds(0.5);

    /// <summary>Time to answer from a fit that was stopped on the way; without an answer there is only the checkpoint.</summary>
    private static readonly TimeSpan PartialAnswerGrace = TimeSpan.FromSeconds(2);

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
        try
        {
            Sweep(steps, trace, afterStep, watch, cancellation);
            return new FitOutcome(Finished(fit, trace, cancellation), cancellation.IsCancellationRequested, null);
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
            Interruptible.Run(Pulled, cancellation, SweepGrace);
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
    private static FitAnswer? Finished(IPreparedFit fit, FitTrace trace, CancellationToken cancellation)
    {
        if (!trace.HasAnswer)
        {
            return null;
        }

        var grace = cancellation.IsCancellationRequested ? PartialAnswerGrace : AnswerGrace;
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
