namespace Vi.App.Running;

/// <summary>How far the reading of rows has come.</summary>
/// <param name="Rows">Rows read since the sweep before ended.</param>
/// <param name="Expected">Rows that the sweep before read; null where there was none.</param>
/// <param name="Elapsed">Time since the sweep before ended.</param>
internal sealed record Reading(long Rows, long? Expected, long RowCount, TimeSpan Elapsed)
{
    /// <summary>Number of the pass over the data, from 1; always 1 where it is known how many rows the sweep reads.</summary>
    public long Pass => Expected is null ? (Max(0, Rows - 1) / RowCount) + 1 : 1;

    /// <summary>Rows of the pass, or of the sweep where it is known how many it reads.</summary>
    public long Total => Expected ?? RowCount;

    public double Share => Min(1, (Rows - ((Pass - 1) * Total)) / (double)Total);

    public double RowsPerSecond => Rows / Max(1e-9, Elapsed.TotalSeconds);

    public TimeSpan Left => TimeSpan.FromSeconds((1 - Share) * Total / Max(1e-9, RowsPerSecond));
}

/// <summary>
/// Watches over the folds of a fit: counts the rows they read, tells the display where a sweep takes long, and ends a fold when the run
/// is cancelled. Folds call it once a block, from all of their threads.
/// </summary>
internal sealed class RowsWatch(TimeProvider clock)
{
    /// <summary>Rows between two looks at the clock, so that many small folds do not look at it often.</summary>
    private const long RowsBetweenLooks = 4096;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);
    private readonly Lock showing = new();
    private long rows;
    private long looked;
    private long? expected;
    private long start = clock.GetTimestamp();
    private long last = clock.GetTimestamp();

    /// <summary>Shows how far a long pass has come; null for nowhere. May be called from any thread, one at a time.</summary>
    public Action<Reading>? Show { get; set; }

    /// <summary>Ends the fold that reads rows.</summary>
    public CancellationToken Cancellation { get; set; }

    public long RowCount { get; set; }

    /// <summary>A block of so many rows was read, of data with so many rows.</summary>
    public void SawOf(long count, long rowCount)
    {
        RowCount = rowCount;
        Saw(count);
    }

    /// <summary>A block of so many rows was read. Raises <see cref="OperationCanceledException"/> when the run is cancelled.</summary>
    public void Saw(long count)
    {
        Cancellation.ThrowIfCancellationRequested();
        var read = Interlocked.Add(ref rows, count);
        if (Show is null || RowCount == 0 || read - Volatile.Read(ref looked) < RowsBetweenLooks)
        {
            return;
        }

        Volatile.Write(ref looked, read);
        if (clock.GetElapsedTime(Volatile.Read(ref last)) < Interval)
        {
            return;
        }

        // Whoever comes while another thread shows reads on.
        if (showing.TryEnter())
        {
            try
            {
                Volatile.Write(ref last, clock.GetTimestamp());
                Show(new Reading(Interlocked.Read(ref rows), expected, RowCount, clock.GetElapsedTime(start)));
            }
            finally
            {
                showing.Exit();
            }
        }
    }

    public void FitBegins() => Restart(null);

    /// <summary>A sweep has ended; the next one of the same restart reads as many rows.</summary>
    public void SweepEnded(bool wasLast) => Restart(wasLast ? null : Interlocked.Read(ref rows));

    private void Restart(long? next)
    {
        expected = next is > 0 ? next : null;
        Interlocked.Exchange(ref rows, 0);
        looked = 0;
        start = clock.GetTimestamp();
        last = start;
    }
}
