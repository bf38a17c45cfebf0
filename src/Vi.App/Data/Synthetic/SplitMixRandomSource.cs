namespace Vi.App.Data.Synthetic;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"); normals by Marsaglia's polar method.
/// </summary>
public sealed class SplitMixRandomSource(ulong seed) : IRandomSource
{
    private ulong state = seed;
    private double? spare;

    /// <inheritdoc />
    public double NextUniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <inheritdoc />
    public int NextInt(int count) => (int)(NextUniform() * count);

    /// <inheritdoc />
    public double NextNormal()
    {
        if (spare is { } kept)
        {
            spare = null;
            return kept;
        }

        while (true)
        {
            var (u, v) = (2 * NextUniform() - 1, 2 * NextUniform() - 1);
            var s = u * u + v * v;
            if (s is > 0 and < 1)
            {
                var factor = Math.Sqrt(-2 * Math.Log(s) / s);
                spare = v * factor;
                return u * factor;
            }
        }
    }

    private ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
