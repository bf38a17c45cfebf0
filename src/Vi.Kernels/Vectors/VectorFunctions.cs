using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// Elementary functions of eight numbers at a time, over the ranges that the kernels need. Vector512.Exp and Vector512.Log of the
/// runtime fuse multiply-adds on some processors only; these give the same bits everywhere, and are shorter for knowing their range.
/// </summary>
internal static class VectorFunctions
{
    private const double Log2Upper = 6.93147180369123816490e-01;
    private const double Log2Lower = 1.90821492927058770002e-10;

    /// <summary>
    /// exp x for -700 &lt;= x &lt;= 700, within 1 ulp: x = n log 2 + r with |r| &lt;= log 2 / 2, and exp r = 1 + r + r^2 g(r) with g of
    /// degree 9 interpolated at Chebyshev's points (relative error 2e-17).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x)
    {
        var (power, rest) = Reduce(x);
        return (((rest + Vector512<double>.One).AsInt64()) + power).AsDouble();
    }

    /// <summary>exp x for any x, within 1 ulp: 2^n in two factors, so that the ends overflow and underflow as they should.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector512<double> ExpAnywhere(Vector512<double> x)
    {
        var inside = Vector512.Min(Vector512.Max(x, Vector512.Create(-746.0)), Vector512.Create(710.0));
        var (power, rest) = Reduce(inside);
        var half = (power >> 53) << 52;
        var first = ((rest + Vector512<double>.One).AsInt64() + half).AsDouble();
        var second = (Vector512<double>.One.AsInt64() + (power - half)).AsDouble();
        return Vector512.ConditionalSelect(Vector512.Equals(x, x), first * second, x);
    }

    /// <summary>exp x - 1 for -700 &lt;= x &lt;= 700, within 2 ulps: 2^n (exp r - 1) + (2^n - 1), which cancels nowhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Expm1(Vector512<double> x)
    {
        var (power, rest) = Reduce(x);
        var scale = (Vector512<double>.One.AsInt64() + power).AsDouble();
        return Vector512.FusedMultiplyAdd(scale, rest, scale - Vector512<double>.One);
    }

    /// <summary>n, shifted to the place of the exponent, and exp r - 1, of x = n log 2 + r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<long> Power, Vector512<double> Remainder) Reduce(Vector512<double> x)
    {
        // Adding 1.5 2^52 rounds to a whole number and leaves it in the lowest bits.
        var shift = Vector512.Create(6755399441055744.0);
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.4426950408889634), shift);
        var n = shifted - shift;
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Log2Upper), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Log2Lower), r);
        var r2 = r * r;
        var r4 = r2 * r2;
        var g01 = Line(r, 0.16666666666666669, 0.5000000000000001);
        var g23 = Line(r, 0.008333333333330032, 0.04166666666662374);
        var g45 = Line(r, 0.00019841269863201828, 0.0013888888917406447);
        var g67 = Line(r, 2.7557268229963227e-06, 2.4801520996825697e-05);
        var g89 = Line(r, 2.5100494788905042e-08, 2.76202305675069e-07);
        var high = Vector512.FusedMultiplyAdd(r4, g89, Vector512.FusedMultiplyAdd(r2, g67, g45));
        var g = Vector512.FusedMultiplyAdd(r4, high, Vector512.FusedMultiplyAdd(r2, g23, g01));
        return (shifted.AsInt64() << 52, Vector512.FusedMultiplyAdd(r2, g, r));
    }

    /// <summary>
    /// log x for normal x > 0, within 1 ulp (fdlibm's e_log.c: x = 2^n (1 + f), s = f / (2 + f), and a polynomial in s^2).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log(Vector512<double> x) => Log(x, Vector512<double>.Zero);

    /// <summary>log(2^-shift x) for normal x > 0 and a whole shift, within 1 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log(Vector512<double> x, Vector512<double> shift)
    {
        // Subtracting sqrt(1/2)'s bits splits x = 2^n m with sqrt(1/2) <= m < sqrt 2.
        var root = Vector512.Create(0x3FE6A09E667F3BCD);
        var power = (x.AsInt64() - root) >> 52;
        var f = (x.AsInt64() - (power << 52)).AsDouble() - Vector512<double>.One;
        var n = Vector512.ConvertToDouble(power) - shift;
        var s = f / (f + Vector512.Create(2.0));
        var z = s * s;
        var w = z * z;
        var even = Vector512.FusedMultiplyAdd(
            w,
            Line(w, 1.531383769920937332e-01, 2.222219843214978396e-01),
            Vector512.Create(3.999999999940941908e-01)
        );
        var odd = Vector512.FusedMultiplyAdd(
            w,
            Line(w, 1.479819860511658591e-01, 1.818357216161805012e-01),
            Vector512.Create(2.857142874366239149e-01)
        );
        odd = Vector512.FusedMultiplyAdd(w, odd, Vector512.Create(6.666666666666735130e-01));
        var rest = Vector512.FusedMultiplyAdd(w, even, z * odd);
        var half = Vector512.Create(0.5) * f * f;
        var small = Vector512.FusedMultiplyAdd(s, half + rest, n * Vector512.Create(Log2Lower));
        return Vector512.FusedMultiplyAdd(n, Vector512.Create(Log2Upper), f - (half - small));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Line(Vector512<double> x, double slope, double constant) =>
        Vector512.FusedMultiplyAdd(x, Vector512.Create(slope), Vector512.Create(constant));
}
