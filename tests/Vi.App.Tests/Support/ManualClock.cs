namespace Vi.App.Tests.Support;

/// <summary>A clock that a test sets forward; it ticks in milliseconds.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long milliseconds;

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => milliseconds;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds);

    public void Advance(int by) => milliseconds += by;
}
