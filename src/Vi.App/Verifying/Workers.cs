using System.Collections.Concurrent;

namespace Vi.App.Verifying;

/// <summary>Does long work on several threads.</summary>
internal static class Workers
{
    /// <summary>
    /// Does jobs until all are done or somebody cancels. A job works by itself and answers with how to keep what it made, which is called for
    /// one job at a time. After a cancellation jobs under way are left alone: they end with the process, and nothing of them is kept.
    /// </summary>
    public static void Run(int threads, IEnumerable<Func<Action>> jobs, CancellationToken cancellation)
    {
        var waiting = new ConcurrentQueue<Func<Action>>(jobs);
        var gate = new Lock();
        var isClosed = false;
        void Work()
        {
            while (!cancellation.IsCancellationRequested && waiting.TryDequeue(out var job))
            {
                var keep = job();
                lock (gate)
                {
                    if (isClosed)
                    {
                        return;
                    }

                    keep();
                }
            }
        }

        var workers = Enumerable
            .Range(0, threads)
            .Select(_ => Task.Factory.StartNew(Work, default, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        try
        {
            Task.WaitAll([.. workers], cancellation);
        }
        catch (OperationCanceledException)
        {
            // What is done is kept.
        }

        lock (gate)
        {
            isClosed = true;
        }
    }
}
