namespace Vi.App.Models;

/// <summary>Work that may not look whether it should stop.</summary>
internal static class Interruptible
{
    /// <summary>Time that work of which nothing is kept gets to end by itself when it is to stop: a fraction of the second that a user waits.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(0.2);

    /// <summary>
    /// The result of work that runs on a thread of its own. When the caller is cancelled and the work does not end within its grace (unless given, the short one), it is
    /// left to itself, and nothing that it does afterwards may matter. Raises <see cref="OperationCanceledException"/> then.
    /// </summary>
    public static T Run<T>(Func<T> work, CancellationToken cancellation, TimeSpan? grace = null)
    {
        if (!cancellation.CanBeCanceled)
        {
            return work();
        }

        var task = Task.Factory.StartNew(
            work,
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        var ended = Task.WhenAny(task, Cancelled(cancellation)).GetAwaiter().GetResult();
        if (ended != task && !((IAsyncResult)task).AsyncWaitHandle.WaitOne(grace ?? Grace))
        {
            throw new OperationCanceledException(cancellation);
        }

        try
        {
            return task.GetAwaiter().GetResult();
        }
        catch (AggregateException error) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(error.Message, error, cancellation);
        }
    }

    private static async Task Cancelled(CancellationToken cancellation) =>
        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
