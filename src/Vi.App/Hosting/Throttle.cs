namespace Vi.App.Hosting;

/// <summary>Keeps a distance in time between two actions.</summary>
internal sealed class Throttle(TimeProvider clock)
{
    private long last = clock.GetTimestamp();

    /// <summary>Whether so much time has gone by since it was last true, or since the beginning; then time starts anew.</summary>
    public bool IsDue(TimeSpan distance)
    {
        if (clock.GetElapsedTime(last) < distance)
        {
            return false;
        }

        last = clock.GetTimestamp();
        return true;
    }
}
