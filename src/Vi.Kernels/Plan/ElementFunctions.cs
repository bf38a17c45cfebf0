using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>A function of one number, eight at a time.</summary>
public interface IUnaryFunction
{
    /// <summary>The function's value in each lane.</summary>
    static abstract Vector512<double> Apply(Vector512<double> x);
}

/// <summary>A function of two numbers, eight at a time.</summary>
public interface IBinaryFunction
{
    /// <summary>The function's value in each lane.</summary>
    static abstract Vector512<double> Apply(Vector512<double> x, Vector512<double> y);
}

/// <summary>
/// Elementary functions over the whole line, infinities and NaN included: the short forms of <see cref="VectorFunctions"/> where all lanes
/// are in their range, otherwise longer ones that give the same bits there. So no entry's value depends on its neighbours.
/// </summary>
internal static class WholeLine
{
    private static readonly Vector512<double> Smallest = Vector512.Create(2.2250738585072014e-308);
    private static readonly Vector512<double> Largest = Vector512.Create(double.MaxValue);
    private static readonly Vector512<double> ExpRange = Vector512.Create(700.0);

    /// <summary>exp x, within 1 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x) =>
        Vector512.LessThanAll(Vector512.Abs(x), ExpRange) ? VectorFunctions.Exp(x) : VectorFunctions.ExpAnywhere(x);

    /// <summary>exp x - 1, within 2 ulps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Expm1(Vector512<double> x) =>
        SignOf(x, Vector512.LessThanAll(Vector512.Abs(x), ExpRange) ? VectorFunctions.Expm1(x) : Expm1Anywhere(x));

    /// <summary>log x, within 1 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log(Vector512<double> x) => IsNormal(x) ? VectorFunctions.Log(x) : LogAnywhere(x);

    /// <summary>
    /// log(1 + x), within 2 ulps: with u = 1 + x rounded, log u + (x - (u - 1)) / u, which gives back what the rounding lost.
    /// </summary>
    public static Vector512<double> Log1p(Vector512<double> x)
    {
        var one = Vector512<double>.One;
        var u = one + x;
        var lost = (x - (u - one)) / u;
        return SignOf(
            x,
            IsNormal(u)
                ? VectorFunctions.Log(u) + lost
                : LogAnywhere(u)
                    + Vector512.ConditionalSelect(
                        Vector512.LessThanOrEqual(Vector512.Abs(lost), one),
                        lost,
                        Vector512<double>.Zero
                    )
        );
    }

    /// <summary>The size of a value with the sign of another number, that of a zero included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> SignOf(Vector512<double> sign, Vector512<double> value)
    {
        var minus = Vector512.Create(-0.0);
        return (sign & minus) | Vector512.AndNot(value, minus);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsNormal(Vector512<double> x) =>
        Vector512.GreaterThanOrEqualAll(x, Smallest) && Vector512.LessThanOrEqualAll(x, Largest);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<double> Expm1Anywhere(Vector512<double> x)
    {
        var far = Vector512.GreaterThanOrEqual(Vector512.Abs(x), ExpRange);
        var inside = Vector512.ConditionalSelect(far, Vector512<double>.Zero, x);
        return Vector512.ConditionalSelect(
            far,
            VectorFunctions.ExpAnywhere(x) - Vector512<double>.One,
            Vector512.ConditionalSelect(Vector512.Equals(x, x), VectorFunctions.Expm1(inside), x)
        );
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<double> LogAnywhere(Vector512<double> x)
    {
        var zero = Vector512<double>.Zero;
        var small = Vector512.LessThan(x, Smallest);

        // 2^54 x is normal where x > 0 is not.
        var normal = Vector512.ConditionalSelect(small, x * Vector512.Create(18014398509481984.0), x);
        var value = VectorFunctions.Log(normal, small & Vector512.Create(54.0));
        value = Vector512.ConditionalSelect(
            Vector512.Equals(x, zero),
            Vector512.Create(double.NegativeInfinity),
            value
        );
        value = Vector512.ConditionalSelect(Vector512.LessThan(x, zero), Vector512.Create(double.NaN), value);
        return Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x, Largest), value, x);
    }
}

/// <summary>-x.</summary>
public readonly struct Negation : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => -x;
}

/// <summary>exp x.</summary>
public readonly struct Exponential : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => WholeLine.Exp(x);
}

/// <summary>exp x - 1.</summary>
public readonly struct ExponentialMinusOne : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => WholeLine.Expm1(x);
}

/// <summary>log x.</summary>
public readonly struct Logarithm : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => WholeLine.Log(x);
}

/// <summary>log(1 + x).</summary>
public readonly struct LogarithmOfOnePlus : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => WholeLine.Log1p(x);
}

/// <summary>The square root.</summary>
public readonly struct SquareRoot : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => Vector512.Sqrt(x);
}

/// <summary>x^2.</summary>
public readonly struct Squaring : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => x * x;
}

/// <summary>1 - x^2, rounded once.</summary>
public readonly struct OneMinusSquare : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) =>
        Vector512.FusedMultiplyAdd(-x, x, Vector512<double>.One);
}

/// <summary>1 / x.</summary>
public readonly struct Reciprocal : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => Vector512<double>.One / x;
}

/// <summary>|x|.</summary>
public readonly struct Magnitude : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) => Vector512.Abs(x);
}

/// <summary>-1, 0 or 1.</summary>
public readonly struct Signum : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x)
    {
        var zero = Vector512<double>.Zero;
        var one = Vector512<double>.One;
        return Vector512.ConditionalSelect(
            Vector512.GreaterThan(x, zero),
            one,
            Vector512.ConditionalSelect(Vector512.LessThan(x, zero), -one, x)
        );
    }
}

/// <summary>tanh x = -t / (2 + t) with t = exp(-2 |x|) - 1 and the sign of x; within 3 ulps.</summary>
public readonly struct HyperbolicTangent : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x)
    {
        // Not the minimum: what is not a number stays so.
        var size = Vector512.Abs(x);
        var limit = Vector512.Create(100.0);
        size = Vector512.ConditionalSelect(Vector512.GreaterThan(size, limit), limit, size);
        var t = VectorFunctions.Expm1(Vector512.Create(-2.0) * size);
        return WholeLine.SignOf(x, t / (Vector512.Create(2.0) + t));
    }
}

/// <summary>1 / (1 + exp(-x)), with no overflow at either end; within 2 ulps.</summary>
public readonly struct LogisticFunction : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x)
    {
        var e = WholeLine.Exp(-Vector512.Abs(x));
        var value = Vector512<double>.One / (Vector512<double>.One + e);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<double>.Zero), e * value, value);
    }
}

/// <summary>log(1 + exp x) = max(x, 0) + log(1 + exp(-|x|)); within 2 ulps.</summary>
public readonly struct Softplus : IUnaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x) =>
        Vector512.Max(x, Vector512<double>.Zero) + WholeLine.Log1p(WholeLine.Exp(-Vector512.Abs(x)));
}

/// <summary>x + y.</summary>
public readonly struct Addition : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y) => x + y;
}

/// <summary>x - y.</summary>
public readonly struct Subtraction : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y) => x - y;
}

/// <summary>x y.</summary>
public readonly struct Multiplication : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y) => x * y;
}

/// <summary>x / y.</summary>
public readonly struct Division : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y) => x / y;
}

/// <summary>The larger of the two.</summary>
public readonly struct Maximum : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y) => Vector512.Max(x, y);
}

/// <summary>The smaller of the two.</summary>
public readonly struct Minimum : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y) => Vector512.Min(x, y);
}

/// <summary>1 where x >= y, 0 elsewhere.</summary>
public readonly struct AtLeast : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y) =>
        Vector512.GreaterThanOrEqual(x, y) & Vector512<double>.One;
}

/// <summary>x^y for x > 0 or whole y, lane by lane.</summary>
public readonly struct PowerFunction : IBinaryFunction
{
    /// <inheritdoc />
    public static Vector512<double> Apply(Vector512<double> x, Vector512<double> y)
    {
        var result = Vector512<double>.Zero;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
        {
            result = result.WithElement(lane, Math.Pow(x.GetElement(lane), y.GetElement(lane)));
        }

        return result;
    }
}
