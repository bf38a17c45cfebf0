using System.Runtime.InteropServices;

namespace Vi.Kernels;

/// <summary>Uniform numbers one by one from a SplitMix64 stream (Steele, Lea, Flood 2014).</summary>
/// <param name="state">State of the generator.</param>
/// <param name="gamma">Its increment, odd.</param>
[StructLayout(LayoutKind.Auto)]
internal struct UniformStream(ulong state, ulong gamma)
{
    private ulong _state = state;

    /// <summary>The next number, above 0 and below 1: the middle of one of 2^52 equal intervals.</summary>
    public double Next()
    {
        _state += gamma;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
        z ^= z >> 31;
        return ((z >> 12) + 0.5) * (1.0 / (1UL << 52));
    }

    /// <summary>An exponential number of rate 1.</summary>
    public double NextExponential() => -Math.Log(Next());

    /// <summary>A standard normal number (Box and Muller 1958).</summary>
    public double NextNormal() => Math.Sqrt(-2.0 * Math.Log(Next())) * Math.Cos(2.0 * Math.PI * Next());
}
