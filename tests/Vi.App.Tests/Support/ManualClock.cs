namespace Vi.App.Tests.Support;

/// <summary>A clock in milliseconds that a test sets forward, or that moves on by so much each time it is read.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long milliseconds;

    public long Tick { get; set; }

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => Interlocked.Add(ref milliseconds, Tick);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds);

    public void Advance(int by) => milliseconds += by;
}
