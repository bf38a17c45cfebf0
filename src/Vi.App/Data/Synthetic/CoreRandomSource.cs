using Vi.Math.Fluent;

namespace Vi.App.Data.Synthetic;

/// <summary>The core's random stream.</summary>
public sealed class CoreRandomSource(ulong seed) : IRandomSource
{
    private readonly RandomStream stream = new(seed);

    /// <inheritdoc />
    public double NextUniform() => stream.NextUniform();

    /// <inheritdoc />
    public double NextNormal() => stream.NextNormal();

    /// <inheritdoc />
    public int NextInt(int count) => stream.NextInt(count);
}
