using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// Standard normal numbers in bulk: words of a SplitMix64 stream (Steele, Lea, Flood 2014), eight at a time, made normal by Box and
/// Muller's transform (1958). The same bits on every processor.
/// </summary>
public static class NormalNoise
{
    private const int Lanes = 8;

    /// <summary>Numbers made from as many words at one stroke.</summary>
    public const int Step = 2 * Lanes;

    /// <summary>Words of the stream that so many numbers use up.</summary>
    public static ulong Words(int count) => (ulong)((count + Step - 1) / Step * Step);

    /// <summary>Fills a span from the stream whose next word belongs to state + gamma.</summary>
    /// <param name="state">State of the generator.</param>
    /// <param name="gamma">Its increment, odd.</param>
    /// <param name="target">Any number of numbers.</param>
    public static void Fill(ulong state, ulong gamma, Span<double> target)
    {
        Span<double> rest = stackalloc double[Step];
        var lane = Vector512.Create(1UL, 2UL, 3UL, 4UL, 5UL, 6UL, 7UL, 8UL) * Vector512.Create(gamma);
        for (var i = 0; i < target.Length; i += Step)
        {
            var first = Mix(Vector512.Create(state) + lane);
            var second = Mix(Vector512.Create(state + (Lanes * gamma)) + lane);
            state += Step * gamma;
            var (x, y) = Pair(first, second);
            var whole = target.Length - i >= Step;
            ref var to = ref MemoryMarshal.GetReference(whole ? target[i..] : rest);
            x.StoreUnsafe(ref to);
            y.StoreUnsafe(ref to, Lanes);
            if (!whole)
            {
                rest[..(target.Length - i)].CopyTo(target[i..]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Mix(Vector512<ulong> z)
    {
        z = (z ^ (z >>> 30)) * Vector512.Create(0xbf58476d1ce4e5b9UL);
        z = (z ^ (z >>> 27)) * Vector512.Create(0x94d049bb133111ebUL);
        return z ^ (z >>> 31);
    }

    /// <summary>
    /// r (cos t, sin t) with r^2 = -2 log u: t lies within pi/4 of 0, and two of the word's low bits turn the point into the other
    /// quarters of the circle.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double> X, Vector512<double> Y) Pair(Vector512<ulong> first, Vector512<ulong> second)
    {
        var u = Vector512.Create(2.0) - OneToTwo(first);
        var radius = Vector512.Sqrt(Vector512.Create(-2.0) * VectorFunctions.Log(u));
        var t = (OneToTwo(second) - Vector512.Create(1.5)) * Vector512.Create(1.5707963267948966);
        var z = t * t;
        var sine = Line(z, 1.58969099521155010221e-10, -2.50507602534068634195e-08);
        sine = Vector512.FusedMultiplyAdd(z, sine, Vector512.Create(2.75573137070700676789e-06));
        sine = Vector512.FusedMultiplyAdd(z, sine, Vector512.Create(-1.98412698298579493134e-04));
        sine = Vector512.FusedMultiplyAdd(z, sine, Vector512.Create(8.33333333332248946124e-03));
        sine = Vector512.FusedMultiplyAdd(z, sine, Vector512.Create(-1.66666666666666324348e-01));
        sine = Vector512.FusedMultiplyAdd(z * sine, t, t);
        var cosine = Line(z, -1.13596475577881948265e-11, 2.08757232129817482790e-09);
        cosine = Vector512.FusedMultiplyAdd(z, cosine, Vector512.Create(-2.75573143513906633035e-07));
        cosine = Vector512.FusedMultiplyAdd(z, cosine, Vector512.Create(2.48015872894767294178e-05));
        cosine = Vector512.FusedMultiplyAdd(z, cosine, Vector512.Create(-1.38888888888741095749e-03));
        cosine = Vector512.FusedMultiplyAdd(z, cosine, Vector512.Create(4.16666666666666019037e-02));
        cosine = Vector512.FusedMultiplyAdd(z * cosine, z, Line(z, -0.5, 1.0));
        var sign = (second & Vector512<ulong>.One) << 63;
        cosine = (cosine.AsUInt64() ^ sign).AsDouble() * radius;
        sine *= radius;
        var swap = Vector512.Equals(second & Vector512.Create(2UL), Vector512<ulong>.Zero).AsDouble();
        return (Vector512.ConditionalSelect(swap, cosine, sine), Vector512.ConditionalSelect(swap, sine, cosine));
    }

    /// <summary>52 high bits of each word as a number of [1, 2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> OneToTwo(Vector512<ulong> word) =>
        ((word >>> 12) | Vector512.Create(0x3FF0000000000000UL)).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Line(Vector512<double> x, double slope, double constant) =>
        Vector512.FusedMultiplyAdd(x, Vector512.Create(slope), Vector512.Create(constant));
}
