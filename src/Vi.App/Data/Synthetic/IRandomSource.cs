namespace Vi.App.Data.Synthetic;

/// <summary>A stream of random numbers that is determined by its seed.</summary>
public interface IRandomSource
{
    /// <summary>Uniform on [0, 1).</summary>
    double NextUniform();

    /// <summary>Normal with mean 0 and standard deviation 1.</summary>
    double NextNormal();

    /// <summary>Uniform on 0 to <paramref name="count"/> - 1; the count is at least 1.</summary>
    int NextInt(int count);
}

/// <summary>Starts the stream that belongs to a seed.</summary>
public delegate IRandomSource RandomSourceFactory(ulong seed);
